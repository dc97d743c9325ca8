package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Cgroups of the same name below the roots of some hierarchies of this machine; they are removed when it is closed. */
final class TestCgroups implements AutoCloseable {
    static final List<String> HIERARCHIES =
            List.of("cpu", "cpuset", "memory", "pids", "devices", "freezer", "systemd", "unified");

    private static final Path MOUNTS = Path.of("/sys/fs/cgroup");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final String name;

    TestCgroups(String name) {
        this.name = name + "-" + ProcessHandle.current().pid();
    }

    /** As /proc/PID/cgroup has it. */
    String path() {
        return "/" + name;
    }

    /** A file or a cgroup below the one of a hierarchy. */
    Path file(String hierarchy, String file) {
        return MOUNTS.resolve(hierarchy).resolve(name).resolve(file);
    }

    /** Makes one in each hierarchy, with a child named {@code sub}. */
    void make() throws IOException {
        for (String hierarchy : HIERARCHIES) {
            Files.createDirectories(file(hierarchy, "sub"));
        }
        for (String cgroup : List.of("", "sub/")) {
            Files.writeString(file("cpuset", cgroup + "cpuset.mems"), "0");
            Files.writeString(file("cpuset", cgroup + "cpuset.cpus"), "0");
        }
    }

    /** Gives a property a value; some, such as {@code devices.deny}, can not be read. */
    void set(String hierarchy, String property, String value) throws IOException {
        Files.writeString(file(hierarchy, property), value);
    }

    String get(String hierarchy, String property) throws IOException {
        return Files.readString(file(hierarchy, property)).strip();
    }

    boolean exists(String hierarchy) {
        return Files.isDirectory(file(hierarchy, ""));
    }

    /** The lists that a process must be written to, to enter them all; one a line. */
    String lists(String cgroup, String list) {
        StringBuilder lists = new StringBuilder();
        for (String hierarchy : HIERARCHIES) {
            lists.append(file(hierarchy, cgroup).resolve(list)).append('\n');
        }
        return lists.toString();
    }

    /** Removes all of them, which no task may be in any more; also in hierarchies that others made them in. */
    void remove() throws IOException {
        try (Stream<Path> hierarchies = Files.list(MOUNTS)) {
            for (Path hierarchy : hierarchies.toList()) {
                remove(hierarchy.resolve(name));
            }
        }
    }

    private static void remove(Path cgroup) throws IOException {
        if (!Files.isDirectory(cgroup)) {
            return;
        }
        List<Path> directories;
        try (Stream<Path> walk = Files.walk(cgroup)) {
            directories = walk.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path directory : directories) {
            assertThat(Eventually.holds(LIMIT, () -> directory.toFile().delete()))
                    .as("%s has no tasks any more", directory)
                    .isTrue();
        }
    }

    @Override
    public void close() throws IOException {
        remove();
    }
}
