package io.godwit.source.dump;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.ProcessMemory;
import java.io.IOException;

/**
 * Reads the memory of a process: by process_vm_readv(2) where the protection lets it, else through
 * /proc/PID/mem, which reads PROT_NONE pages too.
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
     * Reads ranges one after the other into a buffer.
     *
     * @return false if a part is not there any more
     */
    boolean read(long[] starts, long[] lengths, int count, NativeMemory buffer) throws IOException {
        try {
            memory.readRanges(starts, lengths, count, buffer.address());
            return true;
        } catch (LinuxException e) {
            if (e.errno() != Errno.EFAULT) {
                throw e;
            }
        }
        long at = buffer.address();
        for (int i = 0; i < count; i++) {
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
