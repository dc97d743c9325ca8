package io.godwit.source.freeze;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.machine.Standing;
import io.godwit.linux.trace.Stop;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The threads of a tree that is being frozen: all that have a tracer, and those of them that stand. */
final class SeizedThreads implements AutoCloseable {
    private static final long UNDO_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** For so long one thread is listened to before others. */
    private static final long LISTEN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Stands for what one says that has no tid of its own any more. */
    private static final Stop LOST = Stop.of(0);

    private final long patienceNanos;
    private final Map<Integer, Tracee> seized = new LinkedHashMap<>();
    private final ConcurrentMap<Integer, Integer> processes = new ConcurrentHashMap<>();
    private final Map<Integer, FrozenThread> stopped = new LinkedHashMap<>();
    /** Where a thread that was followed stands, by the pid that it has now. */

    /** Null where no process has several threads. */
    private Undertaker undertaker;

    /** @param patienceNanos for how long a thread is waited for */
    SeizedThreads(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** A thread did not stop in time. */
    static final class WaitsInKernel extends FreezeException {
        private static final long serialVersionUID = 1L;

        WaitsInKernel(int tid) {
            super(waitsInKernel(tid));
        }
    }

    boolean has(int tid) {
        return seized.containsKey(tid);
    }

    boolean stands(int tid) {
        return stopped.containsKey(tid);
    }

    /** One that stands. */
    FrozenThread frozen(int tid) {
        return stopped.get(tid);
    }

    /** Takes a thread, which runs on; one that gets a signal stands from then on. */
    Tracee seize(int pid, int tid) throws LinuxException {
        Tracee tracee = processes.containsValue(pid) ? seizeBesideOthers(pid, tid) : Tracee.seize(tid, 0);
        seized.put(tid, tracee);
        processes.put(tid, pid);
        return tracee;
    }

    /** Takes one that can not be seized if it is ours by the tid that it had before it called execve(2). */
    Optional<Tracee> adopt(int pid, int tid) {
        Tracee tracee = Tracee.adopted(tid);
        try {
            tracee.interrupt();
        } catch (LinuxException e) {
            return Optional.empty();
        }
        seized.put(tid, tracee);
        processes.put(tid, pid);
        return Optional.of(tracee);
    }

    private Tracee seizeBesideOthers(int pid, int tid) throws LinuxException {
        if (undertaker == null) {
            undertaker = new Undertaker(processes);
        }
        undertaker.begins(pid);
        try {
            return Tracee.seize(tid, 0);
        } finally {
            undertaker.ends();
        }
    }

    /** What was begun is over: nobody more will be seized for now. */
    @Override
    public void close() {
        if (undertaker != null) {
            undertaker.close();
            undertaker = null;
        }
    }

    /**
     * Those leaders that do not stand though they have stopped: another thread, which was not known, has called execve(2), and has taken
     * the place of its leader; or it was killed.
     */
    List<Tracee> replaced(Collection<Integer> pids) throws LinuxException {
        List<Tracee> replaced = new ArrayList<>();
        for (int pid : pids) {
            if (stands(pid) && !answers(seized.get(pid))) {
                stopped.remove(pid);
                replaced.add(seized.get(pid));
            }
        }
        return replaced;
    }

    private static boolean answers(Tracee tracee) throws LinuxException {
        try {
            tracee.signalMask();
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    /** A thread that stands when it is asked to stop would do so once more when it runs on. */
    void stop(List<Tracee> running) throws IOException {
        List<Tracee> asked = new ArrayList<>();
        for (Tracee tracee : running) {
            Optional<Stop> already = next(tracee, 0);
            if (already.isEmpty() || !settles(tracee, already.get())) {
                interrupt(tracee);
                asked.add(tracee);
            }
        }
        for (Tracee tracee : asked) {
            // one that was followed may have got the tid of its leader, which was asked; another was heard of meanwhile
            if (has(tracee.tid()) && !stands(tracee.tid())) {
                settle(tracee);
            }
        }
    }

    private void settle(Tracee tracee) throws IOException {
        long start = System.nanoTime();
        while (true) {
            Optional<Stop> stop = next(tracee, Math.min(patienceNanos, LISTEN_NANOS));
            if (stop.isPresent()) {
                if (settles(tracee, stop.get())) {
                    return;
                }
                start = System.nanoTime();
            } else if (System.nanoTime() - start >= patienceNanos) {
                throw new WaitsInKernel(tracee.tid());
            } else {
                buryOthers(tracee);
                // whoever has taken the place of a leader since was not asked
                interrupt(tracee);
            }
        }
    }

    /** A thread that calls execve(2) ends all others of its process, and goes on, and the leader too, only when those that have a tracer are buried. */
    private void buryOthers(Tracee waitedFor) {
        int pid = processes.get(waitedFor.tid());
        for (int tid : List.copyOf(seized.keySet())) {
            if (tid != waitedFor.tid() && processes.get(tid) == pid && Tracee.buryIfEnded(tid)) {
                seized.remove(tid);
                stopped.remove(tid);
            }
        }
    }

    private static void interrupt(Tracee tracee) throws LinuxException {
        unlessGone(tracee::interrupt);
    }

    private static void resume(Tracee tracee, int signal) throws LinuxException {
        unlessGone(() -> tracee.resume(signal));
    }

    /** What comes of a thread that was killed meanwhile is told when it is waited for. */
    private static void unlessGone(Request request) throws LinuxException {
        try {
            request.make();
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    private interface Request {
        void make() throws LinuxException;
    }

    /** What comes of a thread next; {@link #LOST} if none has its tid any more, though one that is traced and has ended keeps it. */
    private static Optional<Stop> next(Tracee tracee, long nanos) throws LinuxException {
        try {
            return tracee.await(nanos);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ECHILD) {
                return Optional.of(LOST);
            }
            throw e;
        }
    }

    /** A thread that calls execve(2) gets the pid of its process for its tid, and the leader is gone without a word. */
    private void follow(Tracee lost) throws IOException {
        int pid = processes.get(lost.tid());
        seized.remove(lost.tid());
        if (lost.tid() == pid) {
            stopped.remove(pid);
            return;
        }
        Tracee heir = seized.computeIfAbsent(pid, Tracee::adopted);
        processes.put(pid, pid);
        boolean stops = answers(heir);
        Optional<Stop> unheard = next(heir, 0);
        // its stop was heard of as that of the leader, or by another that the same execve(2) has ended
        if (stops && unheard.isEmpty() && (stands(pid) || note(heir, 0))) {
            return;
        }
        stopped.remove(pid);
        if (unheard.isEmpty() || !settles(heir, unheard.get())) {
            interrupt(heir);
            settle(heir);
        }
    }

    /** Whether a thread stands by now, or is gone; one that is about to take a signal is let take it, and stops after. */
    private boolean settles(Tracee tracee, Stop stop) throws IOException {
        if (stop == LOST) {
            follow(tracee);
            return true;
        }
        if (stop.gone()) {
            seized.remove(tracee.tid());
            return true;
        }
        if (stop instanceof Stop.Event event) {
            if (event.event() == Tracee.EVENT_STOP) {
                int groupStop = event.signal() == Tracee.SIGTRAP ? 0 : event.signal();
                return note(tracee, groupStop);
            }
            resume(tracee, 0);
        } else if (stop instanceof Stop.Signalled signalled) {
            resume(tracee, signalled.signal());
        }
        return false;
    }

    /** Notes one that has stopped; not if it was killed since, as by another one of its process that calls execve(2). */
    private boolean note(Tracee tracee, int groupStop) throws IOException {
        try {
            stopped.put(tracee.tid(), stand(tracee, groupStop));
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    /** The registers must be those outside of a restartable sequence, and this is the last moment to see it. */
    private static FrozenThread stand(Tracee tracee, int groupStop) throws IOException {
        Standing standing = Standing.of(tracee);
        return new FrozenThread(tracee, standing.registers(), standing.signalMask(), groupStop);
    }

    /** Those that are of the tree no more are let go: a child whose parent ended meanwhile has left it. */
    void releaseAllBut(Set<Integer> tids) throws LinuxException {
        for (Tracee tracee : List.copyOf(seized.values())) {
            if (!tids.contains(tracee.tid())) {
                letGo(tracee);
            }
        }
    }

    /**
     * Lets all run on. What waits in the kernel can be let go only after that, and what waits for very long only by
     * the end of this thread. Gives whether all run.
     */
    boolean undo(Throwable cause) {
        for (Tracee tracee : seized.values()) {
            if (!stopped.containsKey(tracee.tid())) {
                askToStop(tracee, cause);
            }
        }
        long start = System.nanoTime();
        while (!seized.isEmpty() && System.nanoTime() - start < UNDO_NANOS) {
            for (Tracee tracee : List.copyOf(seized.values())) {
                try {
                    letGo(tracee);
                } catch (LinuxException e) {
                    cause.addSuppressed(e);
                }
            }
            LockSupport.parkNanos(REST_NANOS);
        }
        return seized.isEmpty();
    }

    /** Only a thread that stands can be given back. */
    private static void askToStop(Tracee tracee, Throwable cause) {
        try {
            interrupt(tracee);
        } catch (LinuxException e) {
            cause.addSuppressed(e);
        }
    }

    /** Whoever has called execve(2) has the pid now, and is to be let go too. */
    private void forget(Tracee lost) throws LinuxException {
        int pid = processes.get(lost.tid());
        seized.remove(lost.tid());
        if (lost.tid() != pid) {
            stopped.remove(pid);
            processes.put(pid, pid);
            interrupt(seized.computeIfAbsent(pid, Tracee::adopted));
        }
    }

    /** Gives a thread back, with the signal that it was about to take, if it stands. */
    private void letGo(Tracee tracee) throws LinuxException {
        int signal = 0;
        if (!stopped.containsKey(tracee.tid())) {
            Optional<Stop> stop = next(tracee, 0);
            if (stop.isEmpty()) {
                return;
            }
            if (stop.get() == LOST) {
                forget(tracee);
                return;
            }
            signal = stop.get() instanceof Stop.Signalled signalled ? signalled.signal() : 0;
        }
        seized.remove(tracee.tid());
        try {
            tracee.detach(signal);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            FrozenTree.bury(tracee);
        }
    }
}
