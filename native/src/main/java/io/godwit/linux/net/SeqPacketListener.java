package io.godwit.linux.net;

import io.godwit.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Listens for connections of packets at a path. The file stays when it is closed, as a unix socket's file does. */
public final class SeqPacketListener implements AutoCloseable {
    private final Fd fd;
    private final Path path;

    private SeqPacketListener(Fd fd, Path path) {
        this.fd = fd;
        this.path = path;
    }

    /**
     * Listens; whoever may search the directories of the path can connect, since the file's mode is 0666.
     *
     * @throws IOException if the path is too long, is taken, or its directory is not there
     */
    public static SeqPacketListener at(Path path, int backlog) throws IOException {
        return at(path, backlog, "rw-rw-rw-");
    }

    /** As {@link #at(Path, int)}, but only this process's user and root can connect. */
    public static SeqPacketListener ofOwner(Path path, int backlog) throws IOException {
        return at(path, backlog, "rw-------");
    }

    /** Nobody else can connect before the mode is set, as bind(2) gives the right to write to the owner alone. */
    private static SeqPacketListener at(Path path, int backlog, String mode) throws IOException {
        Fd fd = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET, 0);
        try {
            Sockets.bind(fd, UnixAddress.of(path.toString()), path.toString());
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            Sockets.listen(fd, backlog, path.toString());
            return new SeqPacketListener(fd, path);
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** Waits for the next connection. */
    public SeqPacketSocket accept() throws IOException {
        return SeqPacketSocket.of(Sockets.accept(fd, path.toString()));
    }

    @Override
    public void close() {
        fd.close();
    }
}
