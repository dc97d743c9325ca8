package io.godwit.linux.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs programs in a child that ends with them, {@code godwit-seed --run FILE}: for instructions that Java has not, and for
 * system calls that should leave no trace on this process.
 */
public final class LocalMachine implements AutoCloseable {
    /** Where the seed maps the file. */
    static final long ARENA = 0x10_0000_0000L;

    private final Path seed;
    private final Path arena;

    private LocalMachine(Path seed, Path arena) {
        this.seed = seed;
        this.arena = arena;
    }

    /** Uses the directory for temporary files, which must not be mounted noexec. */
    public static LocalMachine open() throws IOException {
        return in(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Uses this directory for its two files. */
    static LocalMachine in(Path directory) throws IOException {
        Path seed = MachineImage.extractSeed(directory);
        return new LocalMachine(seed, Files.createTempFile(directory, "godwit-arena-", ""));
    }

    /**
     * Runs a program to its end.
     *
     * @throws MachineException when it did not get there, in the words of the failed instruction's label
     */
    public RunResult run(Program program) throws IOException {
        Files.write(arena, program.encode(ARENA));
        Process process = new ProcessBuilder(List.of(seed.toString(), "--run", arena.toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = status(process);
        if (status != 0) {
            throw new IOException(seed + " ended with status " + status + " " + output.strip());
        }
        return RunResult.decode(program, Files.readAllBytes(arena));
    }

    private static int status(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a program of the machine ran", e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(arena);
        Files.deleteIfExists(seed);
    }
}
