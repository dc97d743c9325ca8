package io.godwit.cli.page;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.io.IOException;

/** A connected socket that another program hands in by {@code --ps-socket}. */
public final class HandedSocket {
    private HandedSocket() {}

    /**
     * Makes it one on which nothing blocks: a read that waits would hold up the thread that also has the answers to write. The other
     * program has the same open file description, and finds it as it was when this process has ended.
     *
     * @return the same number
     */
    public static int unblocked(int number) throws IOException {
        try {
            Fd fd = Fd.of(number);
            long flags = Descriptors.fcntl(fd, Descriptors.F_GETFL, 0);
            if ((flags & Descriptors.O_NONBLOCK) == 0) {
                putBackAtTheEnd(fd, flags);
                Descriptors.fcntl(fd, Descriptors.F_SETFL, flags | Descriptors.O_NONBLOCK);
            }
            return number;
        } catch (LinuxException e) {
            throw new IOException("--ps-socket " + number + ": " + e.errno().text(), e);
        }
    }

    /** By a descriptor of its own, as that which was handed in is closed before. */
    private static void putBackAtTheEnd(Fd socket, long flags) throws LinuxException {
        Fd same = Fd.of(Descriptors.fcntl(socket, Descriptors.F_DUPFD_CLOEXEC, 0));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Descriptors.fcntl(same, Descriptors.F_SETFL, flags);
            } catch (LinuxException e) {
                // nobody is left to be told
                return;
            }
        }));
    }
}
