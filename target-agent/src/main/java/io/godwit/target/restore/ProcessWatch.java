package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
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
        Descriptors.poll(pidfd, POLLIN, WITHOUT_END);
    }

    @Override
    public void close() {
        pidfd.close();
    }
}
