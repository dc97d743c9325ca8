package io.godwit.source.preflight;

import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a pid names a process that can be moved at all. Says no, with the reason, to what does not exist,
 * to threads, zombies and the kernel's own, to pid 1, and to Godwit itself or any process that it descends from.
 */
public final class TargetPid {
    private static final int INIT = 1;

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
        if (pid == INIT) {
            throw new OptionException("pid 1 is the init of this pid namespace and can not be moved alone");
        }
        ProcStat stat = requireAnother(pid);
        if (isAncestor(pid)) {
            throw new OptionException("pid " + pid + " (" + stat.comm()
                    + ") is an ancestor of this godwit, which would have to move itself: start godwit from elsewhere");
        }
    }

    /**
     * Passes if it is an ordinary process that lives, and not this one.
     *
     * @throws OptionException if not; the message says why
     */
    public ProcStat requireAnother(int pid) {
        if (pid < 1) {
            throw new OptionException("pid " + pid + " is not a process: pids are positive");
        }
        if (pid == self) {
            throw new OptionException("pid " + pid + " is godwit itself");
        }
        ProcStat stat = stat(pid).orElseThrow(() -> new OptionException("there is no process with pid " + pid));
        requireOrdinary(pid, stat);
        return stat;
    }

    private void requireOrdinary(int pid, ProcStat stat) {
        if (stat.kernelThread()) {
            throw new OptionException("pid " + pid + " (" + stat.comm() + ") is a thread of the kernel");
        }
        if (stat.state() == 'Z' || stat.state() == 'X') {
            throw new OptionException("pid " + pid + " (" + stat.comm() + ") has ended and waits for its parent "
                    + stat.parent() + " to take its exit status");
        }
        String status = read(pid, "status");
        int process = status.isEmpty() ? pid : ProcStatus.parse(status).threadGroup();
        if (process != pid) {
            throw new OptionException(pid + " is a thread of process " + process + ": give " + process);
        }
    }

    private boolean isAncestor(int pid) {
        int at = self;
        for (int i = 0; i < MAX_ANCESTORS && at > INIT; i++) {
            at = stat(at).map(ProcStat::parent).orElse(0);
            if (at == pid) {
                return true;
            }
        }
        return false;
    }

    private Optional<ProcStat> stat(int pid) {
        String line = read(pid, "stat");
        return line.isEmpty() ? Optional.empty() : Optional.of(ProcStat.parse(line));
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
