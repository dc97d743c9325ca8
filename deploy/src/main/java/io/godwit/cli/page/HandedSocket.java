package io.godwit.cli.page;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.io.IOException;

/**
 * A connected socket that another program hands in by {@code --ps-socket}, on which nothing blocks until this is closed: a read that
 * waits would hold up the thread that also has the answers to write. The other program has the same open file description.
 */
public final class HandedSocket implements AutoCloseable {
    private final int number;
    private final long flags;
    /** The same, as that which was handed in is closed before; null if there is nothing to put back. */
    private Fd same;

    private HandedSocket(int number, long flags, Fd same) {
        this.number = number;
        this.flags = flags;
        this.same = same;
    }

    /** To be closed when nobody uses the socket any more. */
    public static HandedSocket unblocked(int number) throws IOException {
        try {
            Fd fd = Fd.of(number);
            long flags = Descriptors.fcntl(fd, Descriptors.F_GETFL, 0);
            if ((flags & Descriptors.O_NONBLOCK) != 0) {
                return new HandedSocket(number, flags, null);
            }
            Fd same = Fd.of(Descriptors.fcntl(fd, Descriptors.F_DUPFD_CLOEXEC, 0));
            HandedSocket handed = new HandedSocket(number, flags, same);
            try {
                Descriptors.fcntl(fd, Descriptors.F_SETFL, flags | Descriptors.O_NONBLOCK);
            } catch (LinuxException e) {
                handed.close();
                throw e;
            }
            return handed;
        } catch (LinuxException e) {
            throw new IOException("--ps-socket " + number + ": " + e.errno().text(), e);
        }
    }

    /** That which was handed in. */
    public int number() {
        return number;
    }

    /** Has it closed when this process ends, if not before. */
    public HandedSocket closedAtTheEnd() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "socket"));
        return this;
    }

    /** Puts the flags back. */
    @Override
    public synchronized void close() {
        if (same == null) {
            return;
        }
        try (Fd last = same) {
            same = null;
            Descriptors.fcntl(last, Descriptors.F_SETFL, flags);
        } catch (IOException e) {
            // nobody can do anything about it
            return;
        }
    }
}
