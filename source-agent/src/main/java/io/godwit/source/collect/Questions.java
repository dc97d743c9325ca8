package io.godwit.source.collect;

import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Program;
import io.godwit.linux.proc.PosixTimer;
import java.util.List;

/** What a process and its threads are asked: two programs, the same for all processes that have the same POSIX timers. */
final class Questions {
    private final ThreadInterior leader;
    private final ProcessInterior process;
    private final XsaveLayout.Question xsave;
    private final Program ofLeader;
    private final ThreadInterior thread;
    private final Program ofThread;

    Questions(List<PosixTimer> timers) {
        Assembler a = new Assembler();
        leader = new ThreadInterior(a);
        process = new ProcessInterior(a, timers);
        xsave = new XsaveLayout.Question(a);
        ofLeader = a.build();
        a = new Assembler();
        thread = new ThreadInterior(a);
        ofThread = a.build();
    }

    /** The program of the leader, which answers for the process too. */
    Program ofLeader() {
        return ofLeader;
    }

    /** The program of each other thread. */
    Program ofThread() {
        return ofThread;
    }

    ProcessInterior process() {
        return process;
    }

    XsaveLayout.Question xsave() {
        return xsave;
    }

    /**
     * What a thread said of itself.
     *
     * @param index in the process, 0 for the leader
     */
    ThreadInterior thread(int index) {
        return index == 0 ? leader : thread;
    }
}
