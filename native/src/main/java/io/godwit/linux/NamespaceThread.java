package io.godwit.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * Runs code in namespaces of another process, on a thread of its own that ends with it. Pid namespaces can not be entered so. In a mount
 * namespace all paths are those of that process, so that such code should make system calls and little else.
 */
public final class NamespaceThread {
    /** What is run; threads that it starts would be in the namespaces too. */
    public interface Action<T> {
        T run() throws IOException;
    }

    private static final int CLONE_FS = 0x200;

    private NamespaceThread() {}

    /** Runs an action as if this process were in these namespaces of a process. */
    public static <T> T in(int pid, Set<NamespaceKind> kinds, Action<T> action) throws IOException {
        Work<T> work = new Work<>(pid, kinds, action);
        Thread thread = new Thread(work, "godwit-namespace");
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return work.result();
    }

    private static final class Work<T> implements Runnable {
        private final int pid;
        private final Set<NamespaceKind> kinds;
        private final Action<T> action;
        private T result;
        private IOException failure;
        private Throwable defect;

        Work(int pid, Set<NamespaceKind> kinds, Action<T> action) {
            this.pid = pid;
            this.kinds = kinds;
            this.action = action;
        }

        @Override
        public void run() {
            try {
                enter();
                result = action.run();
            } catch (UncheckedIOException e) {
                failure = e.getCause();
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                defect = e;
            }
        }

        private void enter() throws IOException {
            int flags = kinds.stream().mapToInt(NamespaceKind::flag).reduce(0, (a, b) -> a | b);
            try (Fd pidfd = Descriptors.pidfdOpen(pid)) {
                if (kinds.contains(NamespaceKind.MNT)) {
                    Kernel.check(Kernel.syscall(Syscall.UNSHARE, CLONE_FS), "unshare", "directories of a thread");
                }
                Kernel.check(
                        Kernel.syscall(Syscall.SETNS, pidfd.number(), flags), "setns", "namespaces of process " + pid);
            }
        }

        T result() throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (defect != null) {
                throw new IllegalStateException("in the namespaces of process " + pid, defect);
            }
            return result;
        }
    }
}
