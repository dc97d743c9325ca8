package io.godwit.linux.keep;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.machine.MachineImage;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of a few pages that holds descriptors for a command to come ({@code native/src/main/c/keeper.c}). It is
 * found by the name of its abstract unix socket, which goes with it, so nothing is left behind by one that ended. Names
 * are known in one network namespace.
 */
public final class DescriptorKeeper {
    private static final Path SOCKETS = Path.of("/proc/net/unix");
    private static final String READY = "ready";

    private DescriptorKeeper() {}

    /**
     * Starts a keeper; the caller's own descriptors stay its own.
     *
     * @param name of its socket
     * @param owner a pidfd; the keeper ends with its process
     */
    public static void start(String name, Fd owner, List<Fd> kept) throws IOException {
        Path executable = MachineImage.extractKeeper();
        try {
            List<String> command = new ArrayList<>(List.of(executable.toString(), name, "" + owner.number()));
            kept.forEach(fd -> command.add("" + fd.number()));
            Process keeper = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            try (BufferedReader out = keeper.inputReader(StandardCharsets.US_ASCII)) {
                if (!READY.equals(out.readLine())) {
                    throw failure(name, keeper);
                }
            }
        } finally {
            Files.deleteIfExists(executable);
        }
    }

    private static IOException failure(String name, Process keeper) throws IOException {
        try {
            return new LinuxException("keep descriptors", name, Errno.of(keeper.waitFor()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new IOException("interrupted while the keeper " + name + " was started", e);
        }
    }

    /** The names of the keepers that run, as far as they begin like this. */
    public static List<String> names(String prefix) throws IOException {
        String marked = "@" + prefix;
        return Files.readAllLines(SOCKETS, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .filter(path -> path.startsWith(marked))
                .map(path -> path.substring(1))
                .distinct()
                .toList();
    }
}
