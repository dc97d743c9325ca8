package io.godwit.source.collect;

import io.godwit.linux.Shares;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What /proc tells of the threads that stand still, without their leaders. None of it shows whether the machine is in their process, so that one thread
 * can read it while another one asks them.
 */
final class ThreadFacts {
    private final Map<Integer, Integer> places = new HashMap<>();
    private final Shares<Told> pieces;

    /** Of one thread. */
    record Told(ProcStat stat, ProcStatus status) {}

    ThreadFacts(List<FrozenTask> tasks) {
        List<Shares.Piece<Told>> readings = new ArrayList<>();
        for (FrozenTask task : tasks) {
            for (FrozenThread thread : task.threads().subList(1, task.threads().size())) {
                places.put(thread.tid(), readings.size());
                readings.add(() -> read(task.pid(), thread.tid()));
            }
        }
        pieces = new Shares<>(readings);
    }

    private static Told read(int pid, int tid) throws IOException {
        ProcDirectory proc = ProcDirectory.thread(pid, tid);
        return new Told(proc.stat(), proc.status());
    }

    /** Of a thread that is not the leader; it is read now if nobody has begun to. */
    Told of(int tid) throws IOException {
        return pieces.get(places.get(tid));
    }

    /** Reads what nobody has begun to. */
    void help() {
        pieces.help();
    }
}
