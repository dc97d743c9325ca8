package io.godwit.linux;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** The flags of mount(2), and their words in /proc/PID/mountinfo. */
public final class MountFlags {
    public static final int BIND = 1 << 12;
    public static final int REMOUNT = 1 << 5;
    public static final int RECURSIVE = 1 << 14;
    public static final int UNBINDABLE = 1 << 17;
    public static final int PRIVATE = 1 << 18;
    public static final int SLAVE = 1 << 19;
    public static final int SHARED = 1 << 20;
    /** umount2(2): what uses it may go on. */
    public static final int DETACH = 2;

    private static final int RELATIME = 1 << 21;
    private static final int NOATIME = 1 << 10;
    private static final int STRICTATIME = 1 << 24;
    private static final Map<String, Integer> WORDS = Map.ofEntries(
            Map.entry("ro", 1),
            Map.entry("nosuid", 1 << 1),
            Map.entry("nodev", 1 << 2),
            Map.entry("noexec", 1 << 3),
            Map.entry("sync", 1 << 4),
            Map.entry("mand", 1 << 6),
            Map.entry("dirsync", 1 << 7),
            Map.entry("nosymfollow", 1 << 8),
            Map.entry("noatime", NOATIME),
            Map.entry("nodiratime", 1 << 11),
            Map.entry("unbindable", UNBINDABLE),
            Map.entry("relatime", RELATIME),
            Map.entry("lazytime", 1 << 25));
    /** They say nothing, or nothing that mount(2) takes. */
    private static final Set<String> NO_DATA = Set.of("rw", "seclabel");

    private MountFlags() {}

    /** The same flags of a mount, for the kernel, which takes {@code relatime} for granted. */
    public static int exactly(int flags) {
        return (flags & (RELATIME | NOATIME)) == 0 ? flags | STRICTATIME : flags;
    }

    /** The flags of these words; others are passed over. */
    public static int of(Collection<String> words) {
        return words.stream().mapToInt(word -> WORDS.getOrDefault(word, 0)).reduce(0, (a, b) -> a | b);
    }

    /** Whether a word is no option of the file system. */
    public static boolean isFlag(String word) {
        return WORDS.containsKey(word) || NO_DATA.contains(word);
    }
}
