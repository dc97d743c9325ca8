package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A victim on this machine, to be dumped and restored by calls of this JVM. A shell starts it and buries it: Java's own wait for a
 * child would take what a tracer waits for.
 */
final class LocalVictim implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Victim victim;
    private final Process parent;
    private final int pid;

    private LocalVictim(Victim victim, Process parent, int pid) {
        this.victim = victim;
        this.parent = parent;
        this.pid = pid;
    }

    /** Starts a victim and waits until it has set up all. */
    static LocalVictim start(String name) throws IOException {
        Victim victim = Victim.of(name);
        return start(victim, victim.program());
    }

    /** The same with another file as its program. */
    static LocalVictim start(Victim victim, Path program) throws IOException {
        String command = "setsid " + program + " " + victim.directory() + " </dev/null >/dev/null 2>&1 & echo $!; wait";
        Process parent = new ProcessBuilder("sh", "-c", command).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8))) {
            int pid = Integer.parseInt(out.readLine());
            victim.awaitReady();
            return new LocalVictim(victim, parent, pid);
        }
    }

    int pid() {
        return pid;
    }

    Path directory() {
        return victim.directory();
    }

    /** Tells it that it has been moved, and returns what it found. */
    String verdict() {
        return victim.verdict();
    }

    /** Whether its pid is free, or becomes so soon: until init has buried the last of its session, the kernel keeps it. */
    boolean ends() {
        return Eventually.holds(
                LIMIT,
                () -> state().equals("gone")
                        && ProcessHandle.allProcesses().noneMatch(process -> isInSession((int) process.pid())));
    }

    private boolean isInSession(int other) {
        try {
            return ProcDirectory.process(other).stat().session() == pid;
        } catch (IOException e) {
            return false;
        }
    }

    /** The letter of /proc/PID/stat, where R and S are one for a program that runs; {@code gone} without a process. */
    String state() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String letter = stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
            return letter.equals("R") ? "S" : letter;
        } catch (IOException e) {
            return "gone";
        }
    }

    @Override
    public void close() throws IOException {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        parent.destroyForcibly();
        victim.close();
    }
}
