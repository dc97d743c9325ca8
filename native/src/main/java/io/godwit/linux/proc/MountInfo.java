package io.godwit.linux.proc;

import io.godwit.linux.FileStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mount, a line of /proc/PID/mountinfo (proc(5)).
 *
 * @param device of the file system, in the kernel's form (see {@link FileStatus#kernelDevice})
 * @param root the directory of the file system that is mounted
 * @param point where it is mounted, as the process sees it
 * @param type of the file system
 * @param options of the file system, and not of this mount
 */
public record MountInfo(long device, String root, String point, String type, Set<String> options) {
    private static final int DEVICE = 2;
    private static final int ROOT = 3;
    private static final int POINT = 4;
    private static final int MINOR_BITS = 20;
    /** The kernel writes blanks and backslashes as three octal digits. */
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    /** Whether a path is a directory, or is in it. */
    public static boolean isBelow(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory.equals("/") ? directory : directory + "/");
    }

    /** What this process sees, in the order in which it was mounted. */
    public static List<MountInfo> ofThisProcess() throws IOException {
        return parse(new String(ProcFile.read("/proc/self/mountinfo"), StandardCharsets.UTF_8)
                .lines()
                .toList());
    }

    public static List<MountInfo> parse(List<String> lines) {
        return lines.stream().map(MountInfo::line).toList();
    }

    /** Such as {@code 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue}. */
    static MountInfo line(String line) {
        int separator = line.indexOf(" - ");
        String[] mount = line.substring(0, separator).split(" ");
        String[] fileSystem = line.substring(separator + 3).split(" ");
        String[] device = mount[DEVICE].split(":");
        return new MountInfo(
                Long.parseLong(device[0]) << MINOR_BITS | Long.parseLong(device[1]),
                unescaped(mount[ROOT]),
                unescaped(mount[POINT]),
                fileSystem[0],
                Set.copyOf(List.of(fileSystem[fileSystem.length - 1].split(","))));
    }

    static String unescaped(String path) {
        return ESCAPED.matcher(path).replaceAll(MountInfo::character);
    }

    private static String character(MatchResult escaped) {
        return Matcher.quoteReplacement("" + (char) Integer.parseInt(escaped.group(1), 8));
    }
}
