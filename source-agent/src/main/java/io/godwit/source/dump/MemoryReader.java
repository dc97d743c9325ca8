package io.godwit.source.dump;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.ProcessMemory;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the memory of a process: by process_vm_readv(2) where the protection lets it, else through
 * /proc/PID/mem, which reads PROT_NONE pages too. Pages that are shared by copy-on-write are always read through
 * /proc/PID/mem: process_vm_readv(2) pins what it reads, for which the kernel gives the process a copy of its own, so that
 * reading a tree that shares its memory would multiply it.
 */
final class MemoryReader implements AutoCloseable {
    private final int pid;
    private final boolean mayVanish;
    private final ProcessMemory memory;
    private final Fd mem;

    /**
     * Opens the memory of a process.
     *
     * @param mayVanish the process runs, so a page that can not be read is no error
     */
    MemoryReader(int pid, boolean mayVanish) throws IOException {
        this.pid = pid;
        this.mayVanish = mayVanish;
        this.memory = new ProcessMemory(pid);
        this.mem = Descriptors.open("/proc/" + pid + "/mem", Descriptors.O_RDONLY, 0);
    }

    /**
     * Reads ranges one after the other to a place that has room for them.
     *
     * @param shared which of them are shared by copy-on-write and must stay so
     * @return false if a part is not there any more
     */
    boolean read(long[] starts, long[] lengths, boolean[] shared, int count, long local) throws IOException {
        long at = local;
        int from = 0;
        while (from < count) {
            int to = from;
            long bytes = 0;
            while (to < count && shared[to] == shared[from]) {
                bytes += lengths[to++];
            }
            boolean whole = !shared[from] && readQuickly(starts, lengths, from, to, at);
            if (!whole && !readForced(starts, lengths, from, to, at)) {
                return false;
            }
            at += bytes;
            from = to;
        }
        return true;
    }

    private boolean readQuickly(long[] starts, long[] lengths, int from, int to, long local) throws IOException {
        try {
            memory.readRanges(
                    from == 0 ? starts : Arrays.copyOfRange(starts, from, to),
                    from == 0 ? lengths : Arrays.copyOfRange(lengths, from, to),
                    to - from,
                    local);
            return true;
        } catch (LinuxException e) {
            if (e.errno() != Errno.EFAULT) {
                throw e;
            }
            return false;
        }
    }

    private boolean readForced(long[] starts, long[] lengths, int from, int to, long local) throws IOException {
        long at = local;
        for (int i = from; i < to; i++) {
            if (!readForced(starts[i], (int) lengths[i], at)) {
                return false;
            }
            at += lengths[i];
        }
        return true;
    }

    private boolean readForced(long start, int length, long local) throws IOException {
        int done = 0;
        while (done < length) {
            long count = Kernel.syscall(Syscall.PREAD64, mem.number(), local + done, length - done, start + done);
            if (count == -Errno.EINTR.value()) {
                continue;
            }
            if (count <= 0) {
                if (mayVanish) {
                    return false;
                }
                throw new LinuxException(
                        "read",
                        String.format("address 0x%x of process %d", start + done, pid),
                        count == 0 ? Errno.EIO : Errno.of((int) -count));
            }
            done += (int) count;
        }
        return true;
    }

    @Override
    public void close() {
        mem.close();
    }
}
