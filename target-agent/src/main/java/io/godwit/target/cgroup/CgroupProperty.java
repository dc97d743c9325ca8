package io.godwit.target.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes properties of cgroups in the forms that the kernel takes, which are not always those that it gives (cgroups(7), and the
 * kernel's admin-guide/cgroup-v1 and cgroup-v2).
 */
final class CgroupProperty {
    static final String SUBTREE_CONTROL = "cgroup.subtree_control";

    /** Their contents are tasks. */
    private static final Set<String> LISTS_OF_TASKS = Set.of("cgroup.procs", "cgroup.threads", "tasks");

    /** These hinder a tree that is being restored, or stop it; they are written when it is about to run. */
    private static final Set<String> LATE = Set.of("cgroup.freeze", "cpu.max", "cpu.cfs_quota_us", "pids.max");

    private static final String OOM_KILL_DISABLE = "oom_kill_disable ";

    private CgroupProperty() {}

    static boolean isLate(String name) {
        return LATE.contains(name);
    }

    /** Whether there is something to write. */
    static boolean isSet(String name, String value) {
        if (LISTS_OF_TASKS.contains(name)) {
            return false;
        }
        return !name.equals("cgroup.type") || value.equals("threaded");
    }

    static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    }

    /** Makes a property have a value; nothing is written when it has it already, since some can not be written at all. */
    static void write(Path directory, String name, String value) throws IOException {
        Path file = directory.resolve(name);
        String before = read(file);
        switch (name) {
            case SUBTREE_CONTROL -> control(file, before, value);
            case "devices.list" -> devices(directory, before, value);
            case "memory.oom_control" -> oomControl(file, before, value);
            default -> {
                if (!before.equals(value)) {
                    lines(file, value);
                }
            }
        }
    }

    /** A list takes one entry at a time. */
    private static void lines(Path file, String value) throws IOException {
        for (String line : value.split("\n", -1)) {
            write(file, line);
        }
    }

    private static void control(Path file, String before, String value) throws IOException {
        Set<String> has = words(before);
        Set<String> wanted = words(value);
        List<String> changes = new ArrayList<>();
        wanted.stream().filter(word -> !has.contains(word)).forEach(word -> changes.add("+" + word));
        has.stream().filter(word -> !wanted.contains(word)).forEach(word -> changes.add("-" + word));
        if (!changes.isEmpty()) {
            write(file, String.join(" ", changes));
        }
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(text.isEmpty() ? List.of() : Arrays.asList(text.split("\\s+")));
    }

    private static void devices(Path directory, String before, String value) throws IOException {
        if (before.equals(value)) {
            return;
        }
        write(directory.resolve("devices.deny"), "a");
        for (String line : value.isEmpty() ? new String[0] : value.split("\n")) {
            write(directory.resolve("devices.allow"), line.equals("a *:* rwm") ? "a" : line);
        }
    }

    private static void oomControl(Path file, String before, String value) throws IOException {
        if (!oomKillDisable(before).equals(oomKillDisable(value))) {
            write(file, oomKillDisable(value));
        }
    }

    private static String oomKillDisable(String text) {
        return text.lines()
                .filter(line -> line.startsWith(OOM_KILL_DISABLE))
                .map(line -> line.substring(OOM_KILL_DISABLE.length()))
                .findFirst()
                .orElse(text);
    }

    private static void write(Path file, String text) throws IOException {
        // A line break makes an empty value something that is written.
        Files.write(file, (text + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    }
}
