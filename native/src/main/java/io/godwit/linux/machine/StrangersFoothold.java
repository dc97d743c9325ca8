package io.godwit.linux.machine;

import io.godwit.linux.Syscall;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.proc.Vma;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * In a process that has nothing to do with this one: its threads find their {@link WayHome} whenever the tracer dies. The one of the thread
 * that calls mmap(2) and munmap(2) lies behind the end of the vdso's image, in its last page, of which the process gets a copy by that.
 *
 * @param signal as {@link Foothold#signal()}
 * @param way the address of that one
 */
record StrangersFoothold(int signal, long way) implements Foothold {
    /** They are ignored by default: SIGURG, SIGWINCH, SIGCHLD. */
    private static final int[] HARMLESS = {23, 28, 17};

    /**
     * The foothold in a process.
     *
     * @param leader the thread that will call mmap(2) and munmap(2)
     * @param maps the mappings that the process has now
     */
    static StrangersFoothold in(Tracee leader, ProcStatus status, List<Vma> maps, Standing standing)
            throws IOException {
        int signal = signal(status);
        long way = VdsoCode.roomAtEnd(leader.tid(), maps, WayHome.bytes());
        write(leader, way, WayHome.code(standing, signal));
        return new StrangersFoothold(signal, way);
    }

    /** Most of it is there from when the process was tracked, and a word takes a call. */
    private static void write(Tracee leader, long address, byte[] bytes) throws IOException {
        ByteBuffer wanted = ByteBuffer.wrap(bytes);
        ByteBuffer there = ByteBuffer.wrap(new ProcessMemory(leader.tid()).bytes(address, bytes.length));
        for (int i = 0; i < bytes.length; i += Long.BYTES) {
            if (wanted.getLong(i) != there.getLong(i)) {
                leader.poke(address + i, Long.reverseBytes(wanted.getLong(i)));
            }
        }
    }

    /**
     * One that does nothing to the process if nobody stops it, if there is one; a tracer is told of ignored ones too (ptrace(2)). One that is
     * blocked may be waited for by other means, as signalfd(2).
     */
    static int signal(ProcStatus status) {
        long handled = status.bits("SigCgt");
        long pending = status.bits("SigPnd") | status.bits("ShdPnd");
        long[] avoided = {handled | pending | status.bits("SigBlk"), handled | pending, handled};
        for (long bits : avoided) {
            for (int signal : HARMLESS) {
                if ((bits & 1L << (signal - 1)) == 0) {
                    return signal;
                }
            }
        }
        return HARMLESS[0];
    }

    @Override
    public void beginCall(BorrowedThread thread, int number, long... arguments) throws IOException {
        thread.beginCall(way, number, arguments);
    }

    @Override
    public long endCall(BorrowedThread thread) throws IOException {
        return thread.endCall(way);
    }

    @Override
    public int roomAtStackTop() {
        return WayHome.bytes();
    }

    @Override
    public byte[] atStackTop(BorrowedThread thread) {
        return WayHome.code(thread.standing(), signal);
    }

    @Override
    public long exit(MachineRegion region, long stackTop) {
        return stackTop + WayHome.REPORT_OFFSET;
    }

    @Override
    public StopPlace stop(MachineRegion region, long stackTop) {
        return WayHome.stop(stackTop);
    }

    @Override
    public void beginUnmapping(RemoteMachine machine, Tracee leader) throws IOException {
        MachineRegion region = machine.region();
        beginCall(machine.borrowed(leader), Syscall.MUNMAP, region.start(), region.bytes());
    }

    @Override
    public long endUnmapping(BorrowedThread leader, MachineRegion region) throws IOException {
        return endCall(leader);
    }
}
