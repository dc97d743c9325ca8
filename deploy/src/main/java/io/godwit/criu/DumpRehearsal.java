package io.godwit.criu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Dumps and restores a process of its own, for all that this loads. What fails for want of rights is passed over. */
final class DumpRehearsal {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private DumpRehearsal() {}

    /** Leaves the directory as it was. */
    static void run(CriuCommandLine criu, Path directory) throws IOException {
        Path images = Files.createDirectory(directory.resolve("images"));
        int pid = start();
        try {
            await(() -> ProcDirectory.process(pid).stat().session() == pid);
            List<String> dump = List.of("dump", "-t", "" + pid, "-D", images.toString(), "-v4", "-o", "log");
            criu.run(Stream.concat(dump.stream(), Stream.of("--leave-running")).toList());
            criu.run(dump);
            await(() -> !ProcDirectory.process(pid).lives());
            criu.run(List.of("restore", "-d", "-D", images.toString(), "-v4", "-o", "log"));
        } finally {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            delete(images);
        }
    }

    /** No child of this process: Java's own wait for a child would take what a tracer waits for. */
    private static int start() throws IOException {
        String command = "setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $!";
        Process shell = new ProcessBuilder("sh", "-c", command).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(shell.getInputStream(), UTF_8))) {
            return Integer.parseInt(out.readLine());
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.holds() && System.nanoTime() - start < LIMIT_NANOS) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
