package io.godwit.linux.machine;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.proc.Vma;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The machine inside a stopped process. It is put there by a mmap(2) that the process is made to call from its vdso, and goes
 * again: the same mappings, registers, signal mask and signal actions as before. Used by the thread that seized the
 * process.
 *
 * <p>Each stopped thread of the process may run programs, at the same time when in different slots. Between {@link #start} and
 * {@link #finish} several threads and processes run.
 *
 * <p>If the tracer dies meanwhile, the threads of a process that it was {@link #install installed} in end their programs and go on where they
 * were; what is left is the machine's mapping, and what programs did. So a slot is for one thread there, and the one that {@link #remove}s the machine is
 * that by which it was installed. What stays in any case is the process's copy of a page of its vdso. A task that is to be killed with its tracer has {@link #installInSeed another}.
 */
public final class RemoteMachine {
    /** All in one, as each call costs a stop of the process; it is there for some milliseconds of a process that stands still. */
    private static final int PROT_READ_WRITE_EXEC = 1 | 2 | 4;

    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MAP_FIXED_NOREPLACE = 0x100000;

    private MachineRegion region;
    private final ProcessMemory memory;
    private final Foothold foothold;
    private final Map<Integer, BorrowedThread> threads = new LinkedHashMap<>();
    private final Map<Integer, Running> running = new HashMap<>();

    private record Running(int slot, Program program) {}

    private interface Wait {
        int untilStop(BorrowedThread thread, StopPlace place) throws IOException;
    }

    private RemoteMachine(MachineRegion region, int pid, Foothold foothold) {
        this.region = region;
        this.memory = new ProcessMemory(pid);
        this.foothold = foothold;
    }

    /**
     * Puts the machine into the process of a stopped thread.
     *
     * @param holeAddress where {@link MachineRegion#bytes} of address space are free; 0 lets the kernel choose
     * @param threadSlots the number of slots besides slot 0, for threads that run programs at the same time
     */
    public static RemoteMachine install(Tracee leader, long holeAddress, int threadSlots) throws IOException {
        return Mortal.call(leader, () -> {
                    ProcDirectory process = ProcDirectory.process(leader.tid());
                    Standing standing = Standing.of(leader);
                    return beginInstall(leader, standing, process.status(), process.maps(), holeAddress, threadSlots);
                })
                .end();
    }

    /** As {@link #install}, in a task that began as a seed and is killed with its tracer. */
    public static RemoteMachine installInSeed(Tracee leader, long holeAddress, int threadSlots) throws IOException {
        return Mortal.call(leader, () -> {
                    List<Vma> maps = ProcDirectory.process(leader.tid()).maps();
                    Foothold foothold = new SeedsFoothold(VdsoCode.syscallInstruction(leader.tid(), maps));
                    return beginInstall(leader, Standing.of(leader), foothold, holeAddress, threadSlots);
                })
                .end();
    }

    /**
     * Begins what {@link #install} does, so that several processes can make room for it at the same time.
     *
     * @param standing of the leader
     * @param status of the process
     * @param maps the mappings that it has now
     * @return what must be ended
     */
    public static Installation beginInstall(
            Tracee leader, Standing standing, ProcStatus status, List<Vma> maps, long holeAddress, int threadSlots)
            throws IOException {
        return Mortal.call(leader, () -> {
            Foothold foothold = StrangersFoothold.in(leader, status, maps, standing);
            return beginInstall(leader, standing, foothold, holeAddress, threadSlots);
        });
    }

    private static Installation beginInstall(
            Tracee leader, Standing standing, Foothold foothold, long holeAddress, int threadSlots) throws IOException {
        BorrowedThread thread = new BorrowedThread(leader, standing, foothold.signal());
        try {
            int flags = MAP_PRIVATE_ANONYMOUS_NORESERVE | (holeAddress == 0 ? 0 : MAP_FIXED_NOREPLACE);
            long bytes = MachineRegion.bytes(threadSlots);
            foothold.beginCall(thread, Syscall.MMAP, holeAddress, bytes, PROT_READ_WRITE_EXEC, flags, -1, 0);
            return new Installation(leader, thread, foothold, holeAddress, threadSlots);
        } catch (IOException e) {
            giveBackAfter(e, thread);
            throw e;
        }
    }

    /** A machine that is on its way into a process. */
    public static final class Installation {
        private final Tracee leader;
        private final BorrowedThread thread;
        private final Foothold foothold;
        private final long hole;
        private final int threadSlots;

        private Installation(Tracee leader, BorrowedThread thread, Foothold foothold, long hole, int threadSlots) {
            this.leader = leader;
            this.thread = thread;
            this.foothold = foothold;
            this.hole = hole;
            this.threadSlots = threadSlots;
        }

        /** The machine in its place; where that fails, the process is as it was. */
        public RemoteMachine end() throws IOException {
            return Mortal.call(leader, () -> {
                try {
                    long start = foothold.endCall(thread);
                    Kernel.check(
                            start,
                            "mmap",
                            MachineRegion.bytes(threadSlots) + " bytes at 0x" + Long.toHexString(hole) + " in task "
                                    + leader.tid(),
                            "the machine needs this much address space that may be executed; see `ulimit -v` of the task,"
                                    + " and PR_SET_MDWE in prctl(2)");
                    RemoteMachine machine =
                            new RemoteMachine(new MachineRegion(start, threadSlots), leader.tid(), foothold);
                    copy(machine.memory, start, MachineImage.text());
                    machine.threads.put(leader.tid(), thread);
                    return machine;
                } catch (IOException e) {
                    giveBackAfter(e, thread);
                    throw e;
                }
            });
        }
    }

    /**
     * The machine of a {@link #installInSeed seed} in a child that a program has forked: it lies at the same addresses, in the child's copy of
     * the memory.
     *
     * @param child the child, after its first stop
     */
    public RemoteMachine forked(Tracee child) {
        return new RemoteMachine(region, child.tid(), new SeedsFoothold(seed().instruction()));
    }

    /** Where it is; these mappings are not the process's own. */
    public MachineRegion region() {
        return region;
    }

    /** The registers that the thread had, and will have again; those at the abort handler of an interrupted rseq section. */
    public Registers originalRegisters(Tracee thread) throws IOException {
        return borrowed(thread).standing().registers().copy();
    }

    /** The signals that the thread had blocked, and will again; bit n-1 stands for signal n. */
    public long originalSignalMask(Tracee thread) throws IOException {
        return borrowed(thread).standing().signalMask();
    }

    /** The seed's process shall ignore SIGTRAP once the machine is gone; a program cannot see to that, since int3 undoes it. */
    public void ignoreSigtrapInTheEnd() {
        seed().ignoreSigtrapInTheEnd();
    }

    private SeedsFoothold seed() {
        if (foothold instanceof SeedsFoothold seed) {
            return seed;
        }
        throw new IllegalStateException("the process did not begin as a seed");
    }

    /** Runs a program in a stopped thread and waits for its end. */
    public RunResult run(Tracee thread, int slot, Program program) throws IOException {
        start(thread, slot, program);
        return finish(thread);
    }

    /** Tells how a thread stands that is to run programs, so that the kernel does not have to be asked. */
    public void introduce(Tracee thread, Standing standing) {
        threads.put(thread.tid(), new BorrowedThread(thread, standing, foothold.signal()));
    }

    /** Starts a program in a stopped thread; {@link #finish} waits for it. */
    public void start(Tracee thread, int slot, Program program) throws IOException {
        if (program.size() > region.arenaBytes(slot)) {
            throw new MachineException(
                    "the program of " + program.size() + " bytes does not fit into the arena of "
                            + region.arenaBytes(slot) + " bytes in slot " + slot + "; split it",
                    -1,
                    0);
        }
        Mortal.call(thread, () -> {
            BorrowedThread borrowed = borrowed(thread);
            long arena = region.arena(slot);
            long stackTop = stackTop(slot);
            write(stackTop, foothold.atStackTop(borrowed), program.encode(arena));
            borrowed.enter(
                    region.start() + MachineImage.entryOffset(), stackTop, arena, foothold.exit(region, stackTop));
            return running.put(thread.tid(), new Running(slot, program));
        });
    }

    private long stackTop(int slot) {
        return region.arena(slot) - foothold.roomAtStackTop();
    }

    /** Whether a program was started in the thread and not waited for. */
    public boolean runs(Tracee thread) {
        return running.containsKey(thread.tid());
    }

    /**
     * Waits for the program that was started last in this thread.
     *
     * @throws MachineException when it did not run to its end, in the words of the failed instruction's label
     */
    public RunResult finish(Tracee thread) throws IOException {
        return finish(thread, BorrowedThread::awaitStop);
    }

    /**
     * As {@link #finish(Tracee)}, but not for ever: once the caller has given up, a system call that blocks fails with EINTR.
     *
     * @param givenUp asked often while the program runs
     */
    public RunResult finish(Tracee thread, BooleanSupplier givenUp) throws IOException {
        return finish(thread, (borrowed, place) -> borrowed.awaitStop(place, givenUp));
    }

    private RunResult finish(Tracee thread, Wait wait) throws IOException {
        Running run = running.remove(thread.tid());
        if (run == null) {
            throw new IllegalStateException("no program was started in thread " + thread.tid());
        }
        return Mortal.call(thread, () -> {
            BorrowedThread borrowed = borrowed(thread);
            int fault = wait.untilStop(borrowed, foothold.stop(region, stackTop(run.slot())));
            byte[] arena = memory.bytes(region.arena(run.slot()), run.program().size());
            if (fault != 0) {
                throw MachineException.faulted(run.program(), arena, fault, thread.tid());
            }
            return RunResult.decode(run.program(), arena, borrowed.takeChildren());
        });
    }

    /**
     * Takes the machine out again through this thread, and gives every thread back what it had. All stay stopped; they have been
     * in a signal stop or an event stop since, so an interrupted system call restarts when they are resumed.
     */
    public void remove(Tracee leader) throws IOException {
        beginRemove(leader);
        endRemove(leader);
    }

    /** Begins what {@link #remove} does; {@link #endRemove} must follow. The other threads have all back then, for where they stand is unmapped. */
    public void beginRemove(Tracee leader) throws IOException {
        Mortal.call(leader, () -> {
            for (BorrowedThread each : threads.values()) {
                if (each.tid() != leader.tid()) {
                    each.giveBack();
                }
            }
            threads.keySet().retainAll(Set.of(leader.tid()));
            foothold.beginUnmapping(this, leader);
            return null;
        });
    }

    /**
     * As {@link #beginRemove(Tracee)}, of a seed in which a program has moved the vdso.
     *
     * @param maps as they are but for the machine's own
     */
    public void beginRemove(Tracee leader, List<Vma> maps) throws IOException {
        Mortal.call(leader, () -> {
            seed().vdsoIsIn(leader.tid(), maps);
            return null;
        });
        beginRemove(leader);
    }

    /** As {@link #beginRemove(Tracee, List)}, where the caller knows the address of the vdso. */
    public void beginRemove(Tracee leader, long vdso) throws IOException {
        Mortal.call(leader, () -> {
            seed().vdsoIsAt(leader.tid(), vdso);
            return null;
        });
        beginRemove(leader);
    }

    /** Ends what {@link #beginRemove} began. */
    public void endRemove(Tracee leader) throws IOException {
        Mortal.call(leader, () -> {
            long result = foothold.endUnmapping(borrowed(leader), region);
            Kernel.check(result, "munmap", "the machine at " + region + " in task " + leader.tid());
            borrowed(leader).giveBack();
            threads.clear();
            return null;
        });
    }

    /**
     * Moves the machine to another place in the process, between two programs. {@link #region} tells the new one.
     *
     * @param leader runs no program
     * @param start where {@link MachineRegion#bytes} of address space are free
     */
    public void move(Tracee leader, long start) throws IOException {
        MachineRegion from = region;
        MachineRegion to = new MachineRegion(start, from.threadSlots());
        Assembler a = new Assembler();
        a.label("map the machine's new place " + to + " in task " + leader.tid());
        a.callExpect(
                Syscall.MMAP,
                start,
                imm(start),
                imm(to.bytes()),
                imm(PROT_READ_WRITE_EXEC),
                imm(MAP_PRIVATE_ANONYMOUS_NORESERVE | MAP_FIXED_NOREPLACE),
                imm(-1),
                imm(0));
        run(leader, 0, a.build());
        copy(memory, start, MachineImage.text());
        region = to;
        Assembler b = new Assembler();
        b.label("unmap the machine's old place " + from + " in task " + leader.tid());
        b.callExpect(Syscall.MUNMAP, 0, imm(from.start()), imm(from.bytes()));
        run(leader, 0, b.build());
    }

    private static void giveBackAfter(IOException failure, BorrowedThread thread) {
        try {
            thread.giveBack();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The thread, which is borrowed by that if it was not yet. */
    BorrowedThread borrowed(Tracee tracee) throws IOException {
        BorrowedThread thread = threads.get(tracee.tid());
        if (thread == null) {
            thread = new BorrowedThread(tracee, Standing.of(tracee), foothold.signal());
            threads.put(tracee.tid(), thread);
        }
        return thread;
    }

    private void write(long address, byte[] first, byte[] second) throws LinuxException {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        copy(memory, address, both);
    }

    private static void copy(ProcessMemory memory, long address, byte[] bytes) throws LinuxException {
        NativeMemory local = Scratch.of(bytes);
        try {
            memory.write(address, local.address(), bytes.length);
        } finally {
            Reference.reachabilityFence(local);
        }
    }
}
