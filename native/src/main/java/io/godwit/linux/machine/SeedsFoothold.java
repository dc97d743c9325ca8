package io.godwit.linux.machine;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.Vma;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.util.List;

/**
 * In a task that began as a seed, and is killed with its tracer: calls are single steps over an instruction of the vdso, and programs end in
 * {@code int3}.
 *
 * <p>If the task ignores SIGTRAP by then the kernel forces it: it sets the handler to the default (and leaves the action's flags, mask and
 * restorer alone). So a task that is to ignore it is made to as the last act, by system calls that are followed from their entry
 * stop to their exit stop: these stops are no signals, so nothing undoes it again. An action that is not "ignore" survives as it is, since
 * the thread never blocks SIGTRAP meanwhile.
 */
final class SeedsFoothold implements Foothold {
    private static final int KERNEL_SIGACTION_BYTES = 32;
    private static final int SIGSET_BYTES = 8;
    private static final long SIG_IGN = 1;

    /** The instruction of the vdso. */
    private long instruction;

    private boolean ignored;
    private long actionAddress;

    SeedsFoothold(long instruction) {
        this.instruction = instruction;
    }

    long instruction() {
        return instruction;
    }

    /** The vdso was moved since. */
    void vdsoIsIn(int pid, List<Vma> maps) throws IOException {
        instruction = VdsoCode.syscallInstruction(pid, maps);
    }

    /** As {@link #vdsoIsIn}, where its address is known. */
    void vdsoIsAt(int pid, long vdso) throws IOException {
        instruction = VdsoCode.syscallInstruction(pid, vdso);
    }

    void ignoreSigtrapInTheEnd() {
        ignored = true;
    }

    @Override
    public int signal() {
        return Tracee.SIGTRAP;
    }

    @Override
    public void beginCall(BorrowedThread thread, int number, long... arguments) throws IOException {
        thread.beginStep(instruction, number, arguments);
    }

    @Override
    public long endCall(BorrowedThread thread) throws IOException {
        return thread.endStep(instruction);
    }

    @Override
    public int roomAtStackTop() {
        return 0;
    }

    @Override
    public byte[] atStackTop(BorrowedThread thread) {
        return new byte[0];
    }

    @Override
    public long exit(MachineRegion region, long stackTop) {
        return region.start() + MachineImage.TRAP_OFFSET;
    }

    @Override
    public StopPlace stop(MachineRegion region, long stackTop) {
        return StopPlace.byTrap(exit(region, stackTop) + MachineImage.TRAP_BYTES);
    }

    @Override
    public void beginUnmapping(RemoteMachine machine, Tracee leader) throws IOException {
        MachineRegion region = machine.region();
        if (ignored) {
            actionAddress = prepareAction(machine, leader);
        } else {
            beginCall(machine.borrowed(leader), Syscall.MUNMAP, region.start(), region.bytes());
        }
    }

    @Override
    public long endUnmapping(BorrowedThread leader, MachineRegion region) throws IOException {
        if (!ignored) {
            return endCall(leader);
        }
        long result =
                leader.stepQuietly(instruction, Syscall.RT_SIGACTION, Tracee.SIGTRAP, actionAddress, 0, SIGSET_BYTES);
        Kernel.check(result, "rt_sigaction(SIGTRAP)", "task " + leader.tid());
        result = leader.stepQuietly(instruction, Syscall.MUNMAP, region.start(), region.bytes());
        leader.settle();
        return result;
    }

    /** Leaves the action in the arena of slot 0, while programs still run; its address. */
    private static long prepareAction(RemoteMachine machine, Tracee leader) throws IOException {
        Assembler a = new Assembler();
        a.label("read the action of SIGTRAP in task " + leader.tid());
        DataSlot action = a.reserve(KERNEL_SIGACTION_BYTES);
        a.call(
                Syscall.RT_SIGACTION,
                Operand.imm(Tracee.SIGTRAP),
                Operand.imm(0),
                action.address(),
                Operand.imm(SIGSET_BYTES));
        a.store64(action.address(), Operand.imm(SIG_IGN));
        Program program = a.build();
        machine.run(leader, 0, program);
        return program.address(action, machine.region().arena(0));
    }
}
