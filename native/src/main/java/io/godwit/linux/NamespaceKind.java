package io.godwit.linux;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The kinds of namespaces(7). */
public enum NamespaceKind {
    PID("pid", 0x2000_0000),
    NET("net", 0x4000_0000),
    IPC("ipc", 0x0800_0000),
    UTS("uts", 0x0400_0000),
    MNT("mnt", 0x0002_0000),
    USER("user", 0x1000_0000),
    CGROUP("cgroup", 0x0200_0000),
    TIME("time", 0x0000_0080);

    /** The kinds that dumps hold and restores make, in this order. */
    public static final Set<NamespaceKind> HELD =
            Collections.unmodifiableSet(EnumSet.of(PID, NET, IPC, UTS, MNT, CGROUP));

    private final String word;
    private final int flag;

    NamespaceKind(String word, int flag) {
        this.word = word;
        this.flag = flag;
    }

    /** Its name in /proc/PID/ns. */
    public String word() {
        return word;
    }

    /** Its flag of unshare(2) and setns(2). */
    public int flag() {
        return flag;
    }
}
