package io.godwit.source.freeze;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.trace.Tracee;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process tree of which every thread stands still. Closing it lets the tree run on as if nothing had
 * happened, unless it was {@link #kill killed}. To be used by the thread that froze it.
 */
public final class FrozenTree implements AutoCloseable {
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    private static final long BURIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final List<FrozenTask> tasks;
    private boolean released;

    FrozenTree(List<FrozenTask> tasks) {
        this.tasks = List.copyOf(tasks);
    }

    /** Parents before their children; zombies among them. */
    public List<FrozenTask> tasks() {
        return tasks;
    }

    public FrozenTask root() {
        return tasks.get(0);
    }

    /** The tasks that have threads and memory. */
    public List<FrozenTask> alive() {
        return tasks.stream().filter(task -> !task.zombie()).toList();
    }

    /** The tids of each task that lives, leader first. */
    public Map<Integer, List<Integer>> threads() {
        Map<Integer, List<Integer>> threads = new LinkedHashMap<>();
        for (FrozenTask task : alive()) {
            threads.put(
                    task.pid(), task.threads().stream().map(FrozenThread::tid).toList());
        }
        return threads;
    }

    public int threadCount() {
        return tasks.stream().mapToInt(task -> task.threads().size()).sum();
    }

    /** Ends every process of the tree, of which none runs another instruction, and waits until all are gone. */
    public void kill() throws LinuxException {
        released = true;
        for (FrozenTask task : tasks) {
            if (!task.zombie()) {
                Kernel.syscall(Syscall.KILL, task.pid(), SIGKILL);
            }
        }
        // the init of a pid namespace ends after all that is in it
        for (FrozenTask task : reversed(tasks)) {
            for (FrozenThread thread : reversed(task.threads())) {
                awaitEnd(thread.tracee());
            }
        }
    }

    /** Lets the tree run on. */
    public void thaw() throws LinuxException {
        release(0);
    }

    @Override
    public void close() throws LinuxException {
        thaw();
    }

    /** Sees to it that no task runs on even if this agent dies: they would stay stopped as by SIGSTOP. */
    public void stopForGood() {
        for (FrozenTask task : alive()) {
            Kernel.syscall(Syscall.KILL, task.pid(), SIGSTOP);
        }
    }

    /** Takes {@link #stopForGood} back. A handler of SIGCONT, if a task has one, will run. */
    public void goOn() {
        for (FrozenTask task : alive()) {
            if (!task.stopped()) {
                Kernel.syscall(Syscall.KILL, task.pid(), SIGCONT);
            }
        }
    }

    /** Lets go of the tree, which stays stopped as by SIGSTOP. */
    public void leaveStopped() throws LinuxException {
        if (!released) {
            stopForGood();
        }
        release(0);
    }

    private void release(int signal) throws LinuxException {
        if (released) {
            return;
        }
        released = true;
        LinuxException failure = null;
        List<FrozenThread> killed = new ArrayList<>();
        for (FrozenTask task : tasks) {
            for (FrozenThread thread : task.threads()) {
                try {
                    thread.tracee().detach(signal);
                } catch (LinuxException e) {
                    if (e.errno() == Errno.ESRCH) {
                        killed.add(thread);
                    } else {
                        failure = e;
                    }
                }
            }
        }
        for (FrozenThread thread : reversed(killed)) {
            bury(thread.tracee());
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Its parent does not learn of the end of a task that was killed in the freeze before its tracer has. */
    static void bury(Tracee tracee) throws LinuxException {
        try {
            tracee.await(BURIAL_NANOS);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ECHILD) {
                throw e;
            }
        }
    }

    /** The pids of the tree. */
    public Set<Integer> pids() {
        Set<Integer> pids = new HashSet<>();
        tasks.forEach(task -> pids.add(task.pid()));
        return pids;
    }

    private static void awaitEnd(Tracee tracee) throws LinuxException {
        try {
            while (!tracee.await().gone()) {
                tracee.resume(SIGKILL);
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ECHILD && e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    private static <T> List<T> reversed(List<T> list) {
        List<T> copy = new ArrayList<>(list);
        java.util.Collections.reverse(copy);
        return copy;
    }
}
