package io.godwit.target.restore;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Program;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.trace.Stop;
import io.godwit.linux.trace.Tracee;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.VmaKind;
import io.godwit.target.plan.ZombiePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A task that exists and is stopped: its tracees, and the machine inside it. */
final class GrownTask {
    /** How many threads run programs at the same time; more wait for a processor anyway. */
    static final int THREAD_SLOTS = 8;

    private static final int PROCESS_SLOT = 0;
    private static final int SIGKILL = 9;

    private final int pid;
    private final Tracee leader;
    private final RemoteMachine machine;
    private final GrownMemory memory;
    private final List<Tracee> threads = new ArrayList<>();

    GrownTask(Tracee leader, RemoteMachine machine, GrownMemory memory) {
        this.pid = leader.tid();
        this.leader = leader;
        this.machine = machine;
        this.memory = memory;
    }

    int pid() {
        return pid;
    }

    Tracee leader() {
        return leader;
    }

    RemoteMachine machine() {
        return machine;
    }

    GrownMemory memory() {
        return memory;
    }

    /** The threads besides the leader. */
    List<Tracee> threads() {
        return threads;
    }

    /** Runs a program in the leader. */
    RunResult run(Program program) throws IOException {
        return machine.run(leader, PROCESS_SLOT, program);
    }

    /** Starts a program in the leader; other tasks may run theirs meanwhile. */
    void start(Program program) throws IOException {
        machine.start(leader, PROCESS_SLOT, program);
    }

    /** Waits for the program that was started. */
    RunResult finish() throws IOException {
        return machine.finish(leader);
    }

    /**
     * Begins to take the machine out.
     *
     * @param task tells where the vdso is by now
     */
    void beginRemove(TaskSnapshot task) throws IOException {
        for (VmaEntry vma : task.vmas()) {
            if (VmaKind.of(vma) == VmaKind.VDSO) {
                machine.beginRemove(leader, vma.getStart());
                return;
            }
        }
        machine.beginRemove(leader, ProcDirectory.process(pid).maps());
    }

    /** Kills the task and waits until it is a zombie for its parent. */
    void kill() throws IOException {
        Kernel.syscall(Syscall.KILL, pid, SIGKILL);
        while (!leader.await().gone()) {
            Thread.onSpinWait();
        }
    }

    /**
     * Runs programs in the other threads, several at a time.
     *
     * @param programs by thread id
     */
    void runInThreads(Map<Integer, Program> programs) throws IOException {
        for (int first = 0; first < threads.size(); first += THREAD_SLOTS) {
            List<Tracee> batch = threads.subList(first, Math.min(threads.size(), first + THREAD_SLOTS));
            List<Tracee> started = new ArrayList<>();
            for (Tracee thread : batch) {
                Program program = programs.get(thread.tid());
                int slot = 1 + started.size();
                if (program.size() <= machine.region().arenaBytes(slot)) {
                    machine.start(thread, slot, program);
                    started.add(thread);
                }
            }
            for (Tracee thread : batch) {
                if (started.contains(thread)) {
                    machine.finish(thread);
                } else {
                    machine.run(thread, PROCESS_SLOT, programs.get(thread.tid()));
                }
            }
        }
    }

    /** Lets the task end as a zombie had ended; it stays one, for its parent to find. */
    void end(ZombiePlan plan) throws IOException {
        run(plan.preparation());
        if (plan.signal() != 0) {
            leader.setSignalMask(0);
            leader.resume(plan.signal());
        } else {
            machine.start(leader, PROCESS_SLOT, plan.exit());
        }
        Stop stop = leader.await();
        while (!stop.gone()) {
            if (stop instanceof Stop.Signalled signalled && signalled.signal() == Tracee.SIGTRAP) {
                throw new RestoreException("task " + pid + " should have ended as a zombie and did not");
            }
            leader.resume(0);
            stop = leader.await();
        }
    }

    /** A child or thread that the kernel attached by itself, once it has stopped for the first time. */
    static Tracee adopt(int tid) throws IOException {
        Tracee tracee = Tracee.adopted(tid);
        Stop stop = tracee.await();
        if (stop.gone()) {
            throw new RestoreException("task " + tid + " was killed right after it was made");
        }
        return tracee;
    }
}
