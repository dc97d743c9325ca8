package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command that runs on a host while a test goes on; what it says is in its log. */
record Background(Process process, Path log) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** Starts a command on a host; its output goes to the log. */
    interface Starter {
        Process start(Path log, String... command) throws IOException;
    }

    /** Starts it, and returns when it has said that it is ready. */
    static Background start(Starter host, Path log, String ready, List<String> command) throws IOException {
        Background started = new Background(host.start(log, command.toArray(String[]::new)), log);
        boolean said = Eventually.holds(LIMIT, () -> started.says().contains(ready) || !started.runs());
        if (!said || !started.runs()) {
            started.close();
            throw new AssertionError(String.join(" ", command) + " did not get ready: " + started.says());
        }
        return started;
    }

    boolean runs() {
        return process.isAlive();
    }

    String says() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end; its exit code. */
    int code() {
        try {
            assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .as("it ends; until now it said: %s", says())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Kills the JVM, and not what it has started. */
    void killJvm() {
        killJvm(process);
    }

    /** The same with the JVM of a command that was started otherwise. */
    static void killJvm(Process command) {
        jvm(command).forEach(ProcessHandle::destroyForcibly);
    }

    /** Interrupts the JVM, as by Ctrl-C. */
    void interruptJvm() throws IOException {
        signalJvm("INT");
    }

    /** Stops the JVM, as by SIGSTOP. */
    void stopJvm() throws IOException {
        signalJvm("STOP");
    }

    private void signalJvm(String signal) throws IOException {
        List<ProcessHandle> jvms = jvm(process).toList();
        assertThat(jvms).as("the JVM that is to get SIG" + signal).isNotEmpty();
        for (ProcessHandle handle : jvms) {
            Execution.of(LIMIT, List.of("kill", "-" + signal, "" + handle.pid()))
                    .succeeded();
        }
    }

    /** Whether descriptors were passed to unix sockets of the JVM, and it has not read them. */
    boolean hasUnreadDescriptors() {
        return jvm(process)
                .flatMap(handle -> descriptors(handle.pid()))
                .anyMatch(info -> info.matches("(?s).*scm_fds: [1-9].*"));
    }

    /** What the kernel says of each (/proc/PID/fdinfo of proc_pid_fdinfo(5)). */
    private static Stream<String> descriptors(long pid) {
        List<String> infos = new ArrayList<>();
        try {
            ProcDirectory process = ProcDirectory.process((int) pid);
            for (int fd : process.descriptors()) {
                infos.add(process.text("fdinfo/" + fd));
            }
            return infos.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JVM of a command. */
    static Stream<ProcessHandle> jvm(Process command) {
        return all(command).filter(handle -> handle.info().command().orElse("").endsWith("java"));
    }

    private static Stream<ProcessHandle> all(Process command) {
        return Stream.concat(command.descendants(), Stream.of(command.toHandle()));
    }

    @Override
    public void close() {
        all(process).forEach(ProcessHandle::destroyForcibly);
    }
}
