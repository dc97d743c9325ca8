package io.godwit.source.preflight;

import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a pid names a process that can be moved at all. Says no, with the reason, to what does not exist,
 * to threads, zombies and the kernel's own, to pid 1, and to Godwit itself or any process that it descends from.
 */
public final class TargetPid {
    private static final int INIT = 1;

    /** Flag of a kernel thread in field 9 of /proc/PID/stat (PF_KTHREAD). */
    private static final long KERNEL_THREAD = 0x00200000;

    /** A chain of parents longer than this is a loop in a broken /proc. */
    private static final int MAX_ANCESTORS = 10_000;

    private final Path proc;
    private final int self;

    /**
     * For tests: another /proc.
     *
     * @param self pid of this process there
     */
    TargetPid(Path proc, int self) {
        this.proc = proc;
        this.self = self;
    }

    /** Looks at /proc. */
    public static TargetPid ofThisHost() {
        return new TargetPid(Path.of("/proc"), (int) ProcessHandle.current().pid());
    }

    /**
     * Passes if the process could be the root of a tree to move.
     *
     * @throws OptionException if not; the message says why
     */
    public void require(int pid) {
        if (pid < 1) {
            throw new OptionException("pid " + pid + " is not a process: pids are positive");
        }
        if (pid == INIT) {
            throw new OptionException("pid 1 is the init of this pid namespace and can not be moved alone");
        }
        if (pid == self) {
            throw new OptionException("pid " + pid + " is godwit itself");
        }
        Stat stat = stat(pid);
        if (stat == null) {
            throw new OptionException("there is no process with pid " + pid);
        }
        requireOrdinary(pid, stat);
        if (isAncestor(pid)) {
            throw new OptionException("pid " + pid + " (" + stat.name()
                    + ") is an ancestor of this godwit, which would have to move itself: start godwit from elsewhere");
        }
    }

    private void requireOrdinary(int pid, Stat stat) {
        if ((stat.flags() & KERNEL_THREAD) != 0) {
            throw new OptionException("pid " + pid + " (" + stat.name() + ") is a thread of the kernel");
        }
        if (stat.state() == 'Z' || stat.state() == 'X') {
            throw new OptionException("pid " + pid + " (" + stat.name() + ") has ended and waits for its parent "
                    + stat.parent() + " to take its exit status");
        }
        int process = processOf(pid);
        if (process != pid) {
            throw new OptionException(pid + " is a thread of process " + process + ": give " + process);
        }
    }

    private boolean isAncestor(int pid) {
        int at = self;
        for (int i = 0; i < MAX_ANCESTORS && at > INIT; i++) {
            Stat stat = stat(at);
            if (stat == null) {
                return false;
            }
            at = stat.parent();
            if (at == pid) {
                return true;
            }
        }
        return false;
    }

    /** What is used of /proc/PID/stat (proc(5)). */
    private record Stat(String name, char state, int parent, long flags) {}

    private Stat stat(int pid) {
        String line = read(pid, "stat");
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 0 || close < open) {
            return null;
        }
        String[] fields = line.substring(close + 1).trim().split(" ");
        if (fields.length < 7) {
            return null;
        }
        return new Stat(
                line.substring(open + 1, close),
                fields[0].charAt(0),
                Integer.parseInt(fields[1]),
                Long.parseLong(fields[6]));
    }

    private int processOf(int tid) {
        return read(tid, "status")
                .lines()
                .filter(line -> line.startsWith("Tgid:"))
                .map(line -> Integer.parseInt(line.substring("Tgid:".length()).trim()))
                .findFirst()
                .orElse(tid);
    }

    /** A file of /proc/PID; empty when the process is gone. A name may be any bytes, hence Latin-1. */
    private String read(int pid, String file) {
        try {
            return Files.readString(proc.resolve(Integer.toString(pid)).resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
