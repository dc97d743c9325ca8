package io.godwit.linux.memory;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;

/**
 * The memory of another process, read and written by process_vm_readv(2) and process_vm_writev(2). These
 * keep to the protection of the pages. Used by one thread at a time.
 */
public final class ProcessMemory {
    private static final int MAX_RANGES = 512;
    private static final int KCMP_VM = 1;

    private final int pid;
    /** For one range. */
    private final NativeMemory vector = NativeMemory.allocate(32);
    /** For many; made when it is needed, as most need one only. */
    private NativeMemory vectors;

    public ProcessMemory(int pid) {
        this.pid = pid;
    }

    /** Whether two processes have one memory, as a child of vfork(2) and its parent have; false if one is gone. */
    public static boolean shared(int pid1, int pid2) throws LinuxException {
        long order = Kernel.syscall(Syscall.KCMP, pid1, pid2, KCMP_VM, 0, 0);
        if (order == -Errno.ESRCH.value()) {
            return false;
        }
        return Kernel.check(order, "kcmp(KCMP_VM)", "processes " + pid1 + " and " + pid2) == 0;
    }

    /** The most ranges that one {@link #readRanges} takes. */
    public static int maxRanges() {
        return MAX_RANGES;
    }

    /** Reads all of a range, or fails naming the first address that could not be read. */
    public void read(long remote, long local, int bytes) throws LinuxException {
        transfer(Syscall.PROCESS_VM_READV, "process_vm_readv", remote, local, bytes);
    }

    /** Writes all of a range, or fails naming the first address that could not be written. */
    public void write(long remote, long local, int bytes) throws LinuxException {
        transfer(Syscall.PROCESS_VM_WRITEV, "process_vm_writev", remote, local, bytes);
    }

    /** A copy of a range. */
    public byte[] bytes(long remote, int length) throws LinuxException {
        NativeMemory copy = Scratch.data(length);
        read(remote, copy.address(), length);
        return copy.bytes(0, length);
    }

    /** One word. */
    public long word(long remote) throws LinuxException {
        NativeMemory copy = Scratch.data(8);
        read(remote, copy.address(), 8);
        return copy.buffer().getLong(0);
    }

    /** Writes bytes. */
    public void write(long remote, byte[] bytes) throws LinuxException {
        NativeMemory copy = Scratch.of(bytes);
        write(remote, copy.address(), bytes.length);
        copy.during(0);
    }

    /**
     * Reads several ranges into one local piece with a single call where the kernel allows.
     *
     * @param starts first address of each
     * @param lengths bytes of each
     * @param count how many of the arrays' elements to use, at most {@link #maxRanges}
     */
    public void readRanges(long[] starts, long[] lengths, int count, long local) throws LinuxException {
        transfer(Syscall.PROCESS_VM_READV, "process_vm_readv", starts, lengths, count, local);
    }

    /** Writes one local piece to several ranges; as {@link #readRanges}. */
    public void writeRanges(long[] starts, long[] lengths, int count, long local) throws LinuxException {
        transfer(Syscall.PROCESS_VM_WRITEV, "process_vm_writev", starts, lengths, count, local);
    }

    private void transfer(int call, String name, long[] starts, long[] lengths, int count, long local)
            throws LinuxException {
        if (vectors == null) {
            vectors = NativeMemory.allocate(16 + 16 * MAX_RANGES);
        }
        long total = 0;
        for (int i = 0; i < count; i++) {
            vectors.buffer().putLong(16 + 16 * i, starts[i]);
            vectors.buffer().putLong(24 + 16 * i, lengths[i]);
            total += lengths[i];
        }
        vectors.buffer().putLong(0, local);
        vectors.buffer().putLong(8, total);
        if (call(call, vectors, count) == total) {
            return;
        }
        long at = local;
        for (int i = 0; i < count; i++) {
            transfer(call, name, starts[i], at, Math.toIntExact(lengths[i]));
            at += lengths[i];
        }
    }

    private void transfer(int call, String name, long remote, long local, int bytes) throws LinuxException {
        int done = 0;
        while (done < bytes) {
            vector.buffer().putLong(0, local + done);
            vector.buffer().putLong(8, bytes - done);
            vector.buffer().putLong(16, remote + done);
            vector.buffer().putLong(24, bytes - done);
            long result = call(call, vector, 1);
            if (result == -Errno.EINTR.value()) {
                continue;
            }
            if (Kernel.failed(result) || result == 0) {
                Errno errno = result == 0 ? Errno.EFAULT : Errno.of((int) -result);
                String advice = errno == Errno.EPERM ? "give this command CAP_SYS_PTRACE" : "";
                throw new LinuxException(name, describe(remote + done), errno, advice);
            }
            done += (int) result;
        }
    }

    private long call(int call, NativeMemory vector, int ranges) {
        return Kernel.syscall(call, pid, vector.address(), 1, vector.address() + 16, ranges, 0);
    }

    private String describe(long address) {
        return "address 0x" + Long.toHexString(address) + " of process " + pid;
    }
}
