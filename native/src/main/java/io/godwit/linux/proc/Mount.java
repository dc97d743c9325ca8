package io.godwit.linux.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All of a line of /proc/PID/mountinfo (proc(5)).
 *
 * @param id of the mount
 * @param parent the mount that it is on
 * @param info what is mounted where
 * @param flags of this mount, such as {@code ro} and {@code nosuid}
 * @param shared its peer group, 0 if it is in none
 * @param master the peer group that it follows, 0 if there is none
 * @param source such as a device
 * @param data options of the file system, with commas, in the kernel's order
 */
public record Mount(
        int id, int parent, MountInfo info, Set<String> flags, int shared, int master, String source, String data) {
    private static final int PARENT = 1;
    private static final int FLAGS = 5;
    private static final int FIRST_OPTIONAL = 6;
    private static final String UNBINDABLE = "unbindable";

    /** What a process sees, in the order in which it was mounted. */
    public static List<Mount> of(int pid) throws IOException {
        String path = ProcDirectory.process(pid).path("mountinfo");
        return parse(
                new String(ProcFile.read(path), StandardCharsets.UTF_8).lines().toList());
    }

    static List<Mount> parse(List<String> lines) {
        return lines.stream().map(Mount::line).toList();
    }

    private static Mount line(String line) {
        int separator = line.indexOf(" - ");
        String[] mount = line.substring(0, separator).split(" ");
        String[] fileSystem = line.substring(separator + 3).split(" ", -1);
        List<String> optional = Arrays.asList(mount).subList(FIRST_OPTIONAL, mount.length);
        Set<String> flags = Arrays.stream(mount[FLAGS].split(",")).collect(Collectors.toSet());
        if (optional.contains(UNBINDABLE)) {
            flags.add(UNBINDABLE);
        }
        return new Mount(
                Integer.parseInt(mount[0]),
                Integer.parseInt(mount[PARENT]),
                MountInfo.line(line),
                Set.copyOf(flags),
                group(optional, "shared:"),
                group(optional, "master:"),
                MountInfo.unescaped(fileSystem[1]),
                fileSystem[fileSystem.length - 1]);
    }

    private static int group(List<String> optional, String name) {
        return optional.stream()
                .filter(field -> field.startsWith(name))
                .mapToInt(field -> Integer.parseInt(field.substring(name.length())))
                .findFirst()
                .orElse(0);
    }

    /** Whether it is a peer of no other mount, and follows none. */
    public boolean isPrivate() {
        return shared == 0 && master == 0 && !flags.contains(UNBINDABLE);
    }
}
