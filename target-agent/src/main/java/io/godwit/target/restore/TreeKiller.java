package io.godwit.target.restore;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Ends a tree that was restored in part, and waits until it is gone. Runs on the thread that traces it, which is also how it
 * knows the tree: a pid that has another tracer, or none, is a stranger's by now.
 */
final class TreeKiller {
    private static final int SIGKILL = 9;
    private static final int WALL = 0x40000000;
    private static final int WNOHANG = 1;
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private TreeKiller() {}

    static void kill(List<Integer> pids) {
        List<Integer> own = pids.stream().filter(TreeKiller::traced).toList();
        for (int pid : own) {
            Kernel.syscall(Syscall.KILL, pid, SIGKILL);
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (own.stream().anyMatch(TreeKiller::lives) && System.nanoTime() < deadline) {
            reap(own);
            Thread.onSpinWait();
        }
    }

    private static boolean traced(int pid) {
        try {
            return ProcDirectory.process(pid).status().tracer() == Kernel.syscall(Syscall.GETTID);
        } catch (IOException e) {
            return false;
        }
    }

    /** A traced thread that died waits for its tracer before its parent learns of it. Threads are found by /proc. */
    private static void reap(List<Integer> pids) {
        for (int pid : pids) {
            String[] threads =
                    Path.of("/proc", Integer.toString(pid), "task").toFile().list();
            for (String tid : threads == null ? new String[0] : threads) {
                Kernel.syscall(Syscall.WAIT4, Integer.parseInt(tid), 0, WALL | WNOHANG, 0);
            }
        }
    }

    /** A zombie that init has not reaped yet counts as gone: it holds nothing but its pid. */
    private static boolean lives(int pid) {
        try {
            ProcDirectory process = ProcDirectory.process(pid);
            return !process.stat().zombie() || process.status().tracer() != 0;
        } catch (IOException e) {
            return false;
        }
    }
}
