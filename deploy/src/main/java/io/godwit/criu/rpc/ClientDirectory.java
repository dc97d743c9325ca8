package io.godwit.criu.rpc;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import java.nio.file.Path;

/** A directory of the client's. */
final class ClientDirectory implements AutoCloseable {
    private final Fd fd;
    private final Path path;

    ClientDirectory(Fd fd) {
        this.fd = fd;
        this.path = path(fd);
    }

    /** Leads to the directory that was opened: by its name, if it has one that this process can see. */
    Path path() {
        return path;
    }

    private static Path path(Fd fd) {
        String link = "fd/" + fd.number();
        ProcDirectory self = ProcDirectory.own();
        try {
            String name = self.link(link);
            FileStatus named = Descriptors.status(name);
            FileStatus opened = Descriptors.status(fd);
            if (named.device() == opened.device() && named.inode() == opened.inode()) {
                return Path.of(name);
            }
        } catch (LinuxException e) {
            // Removed, renamed, or in a mount namespace of the client's: the link of the descriptor still leads there.
        }
        return Path.of(self.path(link));
    }

    @Override
    public void close() {
        fd.close();
    }
}
