package io.godwit.cli.page;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.io.IOException;

/** A connected socket that another program hands in by {@code --ps-socket}. */
public final class HandedSocket {
    private HandedSocket() {}

    /**
     * Makes it one on which nothing blocks: a read that waits would hold up the thread that also has the answers to write.
     *
     * @return the same number
     */
    public static int unblocked(int number) throws IOException {
        try {
            Fd fd = Fd.of(number);
            long flags = Descriptors.fcntl(fd, Descriptors.F_GETFL, 0);
            Descriptors.fcntl(fd, Descriptors.F_SETFL, flags | Descriptors.O_NONBLOCK);
            return number;
        } catch (LinuxException e) {
            throw new IOException("--ps-socket " + number + ": " + e.errno().text(), e);
        }
    }
}
