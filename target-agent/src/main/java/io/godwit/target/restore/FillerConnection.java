package io.godwit.target.restore;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.MissingPages;
import io.godwit.linux.net.UnixStream;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The connection to the program that fills memory after the restore, {@code godwit lazy-pages} or CRIU's; see {@link FillerProtocol}. */
final class FillerConnection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final UnixStream socket;
    private final Duration patience;

    /** @param patience for what is told to be taken over */
    FillerConnection(UnixStream socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /** Connects to the one that was started with this work directory. */
    static FillerConnection connect(Path workDirectory) throws IOException {
        Path path = FillerProtocol.socket(workDirectory);
        try {
            return new FillerConnection(UnixStream.connect(path), PATIENCE);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ECONNREFUSED) {
                throw e;
            }
            throw new IOException(
                    path + ": nobody fills memory there (" + e.errno().text()
                            + "); start `godwit lazy-pages` with the same images and the same work directory first",
                    e);
        }
    }

    void zombie(TaskSnapshot task) throws IOException {
        tell(() -> socket.send(-task.pid()));
    }

    /** Leaves the pages that a task has not in some mappings to the filler. */
    void leave(GrownTask task, List<AddressRange> mappings) throws IOException {
        Fd uffd = TaskUserFaultFd.open(task, MissingPages.OPEN_FLAGS);
        try (MissingPages pages = MissingPages.agree(uffd)) {
            for (AddressRange range : mappings) {
                pages.register(range.start(), range.end());
            }
            tell(() -> {
                socket.send(task.pid());
                socket.send(pages.descriptor());
            });
        }
    }

    /**
     * Waits until the filler has read all that it was told. It reads a task to the end when it guards it; if it ended before, the kernel
     * would give zeros for what is missing.
     *
     * @throws IOException if it went away, or does not take it
     */
    void awaitTaken() throws IOException {
        long start = System.nanoTime();
        while (socket.unread() > 0) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new IOException("`lazy-pages` does not take over the memory of the tree; is it stopped?");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        requireThere();
    }

    /**
     * Looks whether the filler lives. To be asked after what is unread: when the other side closes, what it has not read is gone after
     * it is known to have closed.
     *
     * @throws IOException if it went away
     */
    void requireThere() throws IOException {
        if (socket.isAbandoned()) {
            throw new IOException("`lazy-pages` went away; its own messages say why");
        }
    }

    /** The tree is restored, and runs: what it was made from is needed no more but for its pages. */
    void restored() throws IOException {
        tell(() -> socket.send(FillerProtocol.RESTORED));
    }

    private interface Saying {
        void say() throws IOException;
    }

    private static void tell(Saying saying) throws IOException {
        try {
            saying.say();
        } catch (LinuxException e) {
            throw new IOException("`lazy-pages` went away (" + e.errno().text() + "); its own messages say why", e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
