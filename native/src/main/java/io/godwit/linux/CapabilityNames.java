package io.godwit.linux;

import java.util.ArrayList;
import java.util.List;

/** The names of capabilities (capabilities(7)). */
public final class CapabilityNames {
    private static final String PREFIX = "CAP_";
    /** By number. */
    private static final List<String> NAMES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    private CapabilityNames() {}

    /** The number of a capability that is known. */
    public static int number(String name) {
        int number = NAMES.indexOf(name.substring(PREFIX.length()));
        if (!name.startsWith(PREFIX) || number < 0) {
            throw new IllegalArgumentException(name + " is no capability");
        }
        return number;
    }

    /** Those of a set, of which bit n stands for capability n. */
    public static List<String> of(long set) {
        List<String> names = new ArrayList<>();
        for (long left = set; left != 0; left &= left - 1) {
            int number = Long.numberOfTrailingZeros(left);
            names.add(number < NAMES.size() ? PREFIX + NAMES.get(number) : "capability " + number);
        }
        return names;
    }
}
