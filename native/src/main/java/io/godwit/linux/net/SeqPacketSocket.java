package io.godwit.linux.net;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A connected unix socket of packets: one send is one receive, whole or not at all (SOCK_SEQPACKET of unix(7)). */
public final class SeqPacketSocket implements AutoCloseable {
    private static final int SO_TYPE = 3;
    private static final int SO_SNDTIMEO = 21;
    private static final int SO_DOMAIN = 39;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int POLLHUP = 0x10;

    private final Fd fd;

    private SeqPacketSocket(Fd fd) {
        this.fd = fd;
    }

    /**
     * Takes charge of a descriptor.
     *
     * @throws IOException if it is none, or not of such a socket
     */
    public static SeqPacketSocket of(Fd fd) throws IOException {
        int domain = Sockets.option(fd, Sockets.SOL_SOCKET, SO_DOMAIN);
        int type = Sockets.option(fd, Sockets.SOL_SOCKET, SO_TYPE);
        if (domain != Sockets.AF_UNIX || type != Sockets.SOCK_SEQPACKET) {
            throw new IOException(fd + " is not a unix socket of type SOCK_SEQPACKET");
        }
        return new SeqPacketSocket(fd);
    }

    /** Both ends of a new connection. */
    public static SeqPacketSocket[] pair() throws LinuxException {
        Fd[] ends = Sockets.pair(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET);
        return new SeqPacketSocket[] {new SeqPacketSocket(ends[0]), new SeqPacketSocket(ends[1])};
    }

    /** Connects to a listener at this path; waits while its queue is full. */
    public static SeqPacketSocket connect(String path) throws IOException {
        return connect(path, Duration.ZERO);
    }

    /**
     * As {@link #connect(String)}, for so long at most; zero is for ever. To send waits no longer either.
     *
     * @throws LinuxException EAGAIN if the listener took nobody in that time
     */
    public static SeqPacketSocket connect(String path, Duration patience) throws IOException {
        Fd fd = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET, 0);
        try {
            NativeMemory time = NativeMemory.allocate(16);
            time.buffer().putLong(0, patience.toSeconds()).putLong(8, patience.toNanosPart() / 1000);
            Sockets.setOption(fd, Sockets.SOL_SOCKET, SO_SNDTIMEO, time);
            Sockets.connect(fd, UnixAddress.of(path), path);
            return new SeqPacketSocket(fd);
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    public Fd fd() {
        return fd;
    }

    public PeerCredentials peer() throws LinuxException {
        return PeerCredentials.of(fd);
    }

    /**
     * Waits for the next packet, and takes it whole; descriptors that came with it are closed.
     *
     * @param limit the largest packet to take, in bytes
     * @return nothing when the other end has closed; an empty packet counts as that
     * @throws IOException if the packet is larger
     */
    public Optional<byte[]> receive(int limit) throws IOException {
        NativeMemory none = NativeMemory.allocate(1);
        int size = receive(none, 0, Sockets.MSG_PEEK | Sockets.MSG_TRUNC);
        if (size > limit) {
            throw new IOException("a packet of " + size + " bytes came, and at most " + limit + " are taken");
        }
        if (size == 0) {
            return Optional.empty();
        }
        NativeMemory packet = NativeMemory.allocate(size);
        return Optional.of(packet.bytes(0, receive(packet, size, 0)));
    }

    private int receive(NativeMemory memory, int size, int flags) throws LinuxException {
        long count;
        do {
            count = memory.during(Kernel.syscall(Syscall.RECVFROM, fd.number(), memory.address(), size, flags, 0, 0));
        } while (count == -Errno.EINTR.value());
        // The other end closed without having read all that was sent to it.
        if (count == -Errno.ECONNRESET.value()) {
            return 0;
        }
        return (int) Kernel.check(count, "recvfrom", fd.toString());
    }

    /**
     * Sends one packet.
     *
     * @throws LinuxException EPIPE if the other end has closed, EMSGSIZE if the packet does not fit into the socket's buffer
     */
    public void send(byte[] packet) throws LinuxException {
        NativeMemory raw = NativeMemory.of(packet);
        long count;
        do {
            count = raw.during(
                    Kernel.syscall(Syscall.SENDTO, fd.number(), raw.address(), packet.length, MSG_NOSIGNAL, 0, 0));
        } while (count == -Errno.EINTR.value());
        Kernel.check(count, "sendto", fd.toString());
    }

    /** Sends one packet with a duplicate of a descriptor. */
    public void send(byte[] packet, Fd passed) throws LinuxException {
        RightsMessage message = new RightsMessage(packet.length);
        message.bytes().put(0, packet);
        long count;
        do {
            count = message.during(
                    Kernel.syscall(Syscall.SENDMSG, fd.number(), message.sending(packet.length, passed), MSG_NOSIGNAL));
        } while (count == -Errno.EINTR.value());
        Kernel.check(count, "sendmsg", fd.toString());
    }

    /** Whether the other end has closed. */
    public boolean isAbandoned() throws LinuxException {
        return (Descriptors.poll(fd, 0, 0) & POLLHUP) != 0;
    }

    /** Ends both directions (shutdown(2)): who waits to receive here or there gets what was sent before, and then nothing. */
    public void shutDown() throws LinuxException {
        shutDown(SHUT_RDWR);
    }

    /** Nothing more is sent from here (shutdown(2)). */
    public void endSending() throws LinuxException {
        shutDown(SHUT_WR);
    }

    private void shutDown(int how) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.SHUTDOWN, fd.number(), how), "shutdown", fd.toString());
    }

    @Override
    public void close() {
        fd.close();
    }
}
