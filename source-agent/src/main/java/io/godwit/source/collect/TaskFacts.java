package io.godwit.source.collect;

import io.godwit.linux.proc.PosixTimer;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.List;

/**
 * What /proc tells of a process that stands still. It must be read before the machine is put into the process, as that shows.
 *
 * @param maps its mappings, ascending
 */
record TaskFacts(List<Vma> maps, ProcStatus status, List<PosixTimer> timers) {
    static TaskFacts read(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        return new TaskFacts(process.maps(), process.status(), PosixTimer.parse(process.lines("timers")));
    }
}
