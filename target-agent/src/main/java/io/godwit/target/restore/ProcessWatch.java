package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;

/** Waits for the end of a process that is not a child of this one. */
public final class ProcessWatch implements AutoCloseable {
    private static final int POLLIN = 1;
    private static final int WITHOUT_END = -1;

    private final Fd pidfd;

    private ProcessWatch(Fd pidfd) {
        this.pidfd = pidfd;
    }

    /** Watches a process that exists. */
    public static ProcessWatch of(int pid) throws IOException {
        return new ProcessWatch(Descriptors.pidfdOpen(pid));
    }

    /** Returns when the process has ended. */
    public void awaitEnd() throws IOException {
        NativeMemory poll = NativeMemory.allocate(8);
        poll.buffer().putInt(0, pidfd.number()).putShort(4, (short) POLLIN);
        long result;
        do {
            result = Kernel.syscall(Syscall.POLL, poll.address(), 1, WITHOUT_END);
        } while (result == -Errno.EINTR.value());
        Kernel.check(result, "poll", "a restored process");
    }

    @Override
    public void close() {
        pidfd.close();
    }
}
