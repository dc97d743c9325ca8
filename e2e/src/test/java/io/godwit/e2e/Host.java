package io.godwit.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A place with pids, mounts and an address of its own, where commands can be run. */
interface Host {
    /** Runs a command here to its end. */
    Execution exec(String... command) throws IOException;

    /** This host's file as seen from outside, such as {@code /proc/1/maps}. */
    Path path(String absolute);

    /** Starts a tree that belongs to this host's init, with /dev/null as its standard streams; returns its pid here. */
    default int spawn(Path directory, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(NamespaceHost.tool(), "spawn", directory.toString()));
        all.addAll(List.of(command));
        Execution execution = exec(all.toArray(String[]::new)).succeeded();
        return Integer.parseInt(execution.output().strip());
    }

    /** Kills a process that was started here, if one was: kill(1) takes 0 for its own process group. */
    default void kill(int pid) throws IOException {
        if (pid > 0) {
            exec("kill", "-KILL", "" + pid);
        }
    }

    /** Whether its pid is taken. */
    default boolean runs(int pid) {
        return Files.exists(path("/proc/" + pid));
    }

    /** Whether it has not ended; a zombie, which init has yet to reap, has. */
    default boolean lives(int pid) {
        try {
            String stat = Files.readString(path("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }
}
