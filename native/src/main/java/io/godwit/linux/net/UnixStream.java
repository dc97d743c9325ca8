package io.godwit.linux.net;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A connected unix socket of bytes, over which descriptors can be passed (SCM_RIGHTS of unix(7)). */
public final class UnixStream implements AutoCloseable {
    private static final int MSG_PEEK = 2;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int POLLHUP = 0x10;
    private static final long SIOCOUTQ = 0x5411;

    private final Fd fd;
    private final String name;
    private final RightsMessage message = new RightsMessage(Integer.BYTES);

    private UnixStream(Fd fd, String name) {
        this.fd = fd;
        this.name = name;
    }

    /** Two that are connected to each other. */
    public static UnixStream[] pair() throws LinuxException {
        Fd[] ends = Sockets.pair(Sockets.AF_UNIX, Sockets.SOCK_STREAM);
        return new UnixStream[] {new UnixStream(ends[0], "a unix socket"), new UnixStream(ends[1], "a unix socket")};
    }

    /** Connects to a listener at this path. */
    public static UnixStream connect(Path path) throws IOException {
        Fd fd = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
        try {
            Sockets.connect(fd, UnixAddress.of(path.toString()), path.toString());
            return new UnixStream(fd, path.toString());
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /**
     * Listens at a path, for root and this user alone; a socket that nobody listens at any more is replaced.
     *
     * @throws IOException if somebody listens there
     */
    public static Fd listen(Path path) throws IOException {
        if (Files.exists(path)) {
            try (UnixStream other = connect(path)) {
                throw new IOException(
                        other.name + ": another program listens there; end it, or name another directory");
            } catch (LinuxException e) {
                if (e.errno() != Errno.ECONNREFUSED) {
                    throw e;
                }
                Files.delete(path);
            }
        }
        Fd fd = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
        try {
            Sockets.bind(fd, UnixAddress.of(path.toString()), path.toString());
            Kernel.check(
                    Kernel.syscall(
                            Syscall.CHMOD, NativeMemory.string(path.toString()).address(), 0600),
                    "chmod",
                    path.toString());
            Sockets.listen(fd, 1, path.toString());
            return fd;
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** Waits for a connection. */
    public static UnixStream accept(Fd listening, Path path) throws IOException {
        return new UnixStream(Sockets.accept(listening, path.toString()), path.toString());
    }

    public Fd descriptor() {
        return fd;
    }

    /** Sends a number of 32 bits in this host's order. */
    public void send(int number) throws LinuxException {
        message.bytes().putInt(0, number);
        long sent = message.during(
                Kernel.syscall(Syscall.SENDTO, fd.number(), message.bytesAddress(), Integer.BYTES, MSG_NOSIGNAL, 0, 0));
        Kernel.check(sent, "sendto", name);
    }

    /** How many bytes of memory hold what was sent and the other side has not read; 0 also if that has closed. */
    public int unread() throws LinuxException {
        return Descriptors.ioctlNumber(fd, SIOCOUTQ, name);
    }

    /** Whether the other side has closed. */
    public boolean isAbandoned() throws LinuxException {
        return (Descriptors.poll(fd, 0, 0) & POLLHUP) != 0;
    }

    /** Waits for such a number; empty if the other side has closed. */
    public Optional<Integer> receive() throws IOException {
        int got = 0;
        while (got < Integer.BYTES) {
            long read = Kernel.syscall(Syscall.READ, fd.number(), message.bytesAddress() + got, Integer.BYTES - got);
            if (read == -Errno.EINTR.value()) {
                continue;
            }
            Kernel.check(read, "read", name);
            if (read == 0 && got == 0) {
                return Optional.empty();
            }
            if (read == 0) {
                throw new EOFException(name + ": the other side went away within a number");
            }
            got += (int) read;
        }
        return Optional.of(message.bytes().getInt(0));
    }

    /** Passes a duplicate of a descriptor, with one byte that says nothing. */
    public void send(Fd passed) throws LinuxException {
        message.bytes().put(0, (byte) 0);
        long sent =
                message.during(Kernel.syscall(Syscall.SENDMSG, fd.number(), message.sending(1, passed), MSG_NOSIGNAL));
        Kernel.check(sent, "sendmsg", name);
    }

    /** Waits for a descriptor. The other side sees it as {@link #unread} until {@link #confirmDescriptor}. */
    public Fd peekDescriptor() throws IOException {
        long got;
        do {
            got = message.during(
                    Kernel.syscall(Syscall.RECVMSG, fd.number(), message.receiving(1), MSG_PEEK | MSG_CMSG_CLOEXEC));
        } while (got == -Errno.EINTR.value());
        Kernel.check(got, "recvmsg", name);
        if (got == 0 || !message.hasDescriptor()) {
            throw new IOException(name + ": a descriptor was due, and none came");
        }
        return message.descriptor();
    }

    /** Reads what was peeked at; the descriptor that the kernel would give once more is dropped by read(2). */
    public void confirmDescriptor() throws IOException {
        long read;
        do {
            read = Kernel.syscall(Syscall.READ, fd.number(), message.bytesAddress(), 1);
        } while (read == -Errno.EINTR.value());
        Kernel.check(read, "read", name);
    }

    @Override
    public void close() {
        fd.close();
    }
}
