package io.godwit.source.collect;

import io.godwit.linux.proc.PosixTimer;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What /proc tells of a process that stands still. It must be read before the machine is put into the process, as that shows.
 *
 * @param maps its mappings, ascending
 */
record TaskFacts(List<Vma> maps, ProcStatus status, List<PosixTimer> timers) {
    /**
     * Reads them.
     *
     * @param pids the numbers that threads have in the images
     * @param known of its mappings before; null if nothing is
     */
    static TaskFacts read(int pid, TreePids pids, VmaFlags known) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        List<PosixTimer> timers = new ArrayList<>();
        for (PosixTimer timer : PosixTimer.parse(process.lines("timers"))) {
            timers.add(timer.thread() == 0 ? timer : timer.notifying(pids.thread(pid, timer.thread())));
        }
        return new TaskFacts(VmaFlags.mapsNow(pid, known), process.status(), timers);
    }
}
