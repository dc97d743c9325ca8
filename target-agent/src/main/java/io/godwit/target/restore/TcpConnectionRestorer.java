package io.godwit.target.restore;

import io.godwit.image.proto.InetSkEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.ForgedSegment;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpConnection;
import io.godwit.linux.net.TcpInfo;
import io.godwit.linux.net.TcpRepair;
import io.godwit.linux.net.TcpRepair.Queue;
import io.godwit.linux.net.TcpState;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings one socket into the connection that it was in. It is in repair, so that the other side learns nothing, until it is to {@link #live}.
 */
final class TcpConnectionRestorer {
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_WR = 1;
    private static final int TCP_NOTSENT_LOWAT = 25;
    private static final int NO_MARK = -1;
    private static final Set<Errno> BROKEN = Set.of(Errno.ECONNRESET, Errno.EPIPE, Errno.ETIMEDOUT);
    /** The kernel wants memory in one piece for what comes into the receive queue. */
    private static final int CHUNK_BYTES = 16 * 1024;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Fd socket;
    private final InetSkEntry entry;
    private final TcpStream stream;
    private final InetAddressBytes local;
    private final InetAddressBytes remote;

    TcpConnectionRestorer(Fd socket, InetSkEntry entry, TcpStream stream) {
        this.socket = socket;
        this.entry = entry;
        this.stream = stream;
        local = InetAddressBytes.local(entry);
        remote = InetAddressBytes.remote(entry);
    }

    /** Of an entry, without its socket. */
    static TcpConnection connection(InetSkEntry entry) throws RestoreException {
        return TcpConnection.of(
                InetAddressBytes.local(entry).socketAddress(),
                InetAddressBytes.remote(entry).socketAddress());
    }

    /** Makes the connection; what has never been sent is still missing. */
    void connect(AddressBinder binder) throws IOException {
        SocketOptions.roomFor(
                socket, entry.getOpts(), stream.received().length, stream.sent().length + stream.unsent().length);
        TcpRepair.select(socket, Queue.RECEIVE);
        TcpRepair.sequence(socket, stream.receivedSequence());
        TcpRepair.select(socket, Queue.SEND);
        TcpRepair.sequence(socket, stream.sentSequence());
        binder.bind(socket, local);
        Sockets.connect(socket, remote.socketAddress(), local + " to " + remote);
        TcpRepair.options(socket, stream.options());
        if (stream.has(TcpInfo.TIMESTAMPS)) {
            TcpRepair.timestamp(socket, stream.entry().getTimestamp());
        }
        TcpRepair.select(socket, Queue.RECEIVE);
        send(stream.received());
        TcpRepair.select(socket, Queue.SEND);
        send(stream.sent());
        end();
        if (stream.entry().hasSndWnd()) {
            TcpRepair.window(socket, stream.window());
        }
        TcpRepair.select(socket, Queue.NONE);
    }

    /** Lets the sides that had ended end again. */
    private void end() throws IOException {
        switch (stream.state()) {
            case FIN_WAIT_1 -> shutDown();
            case FIN_WAIT_2 -> {
                shutDown();
                pretend(false, stream.entry().getOutqSeq(), TcpState.FIN_WAIT_2);
            }
            case CLOSE_WAIT -> pretend(true, stream.sentSequence(), TcpState.CLOSE_WAIT);
            case LAST_ACK -> {
                pretend(true, stream.sentSequence(), TcpState.CLOSE_WAIT);
                shutDown();
            }
            case CLOSING -> {
                shutDown();
                pretend(true, stream.sentSequence(), TcpState.CLOSING);
            }
            default -> {}
        }
    }

    private void shutDown() throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.SHUTDOWN, socket.number(), SHUT_WR), "shutdown", toString());
    }

    private void pretend(boolean fin, int acknowledged, TcpState expected) throws IOException {
        new ForgedSegment(connection(entry), fin, stream.receivedEnd(), acknowledged, stream.segmentWindow()).deliver();
        long start = System.nanoTime();
        while (TcpInfo.of(socket).state() != expected) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new RestoreException(
                        "the connection " + this + " was " + stream.state()
                                + ", and a segment that brings it there again did not come in; does a firewall of this host drop it?");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /**
     * The connection is alive from here on. It is decided by now that the tree runs, so this does not fail: that a
     * connection broke meanwhile is for the program to learn from its socket.
     */
    void live() {
        try {
            TcpRepair.end(socket);
            Transparency.set(socket, entry.getFamily(), false);
            SocketOptions.afterBind(socket, entry.getOpts());
        } catch (LinuxException e) {
            warn("does not go on", e);
        }
    }

    /** Sends what was written and has never been sent; nor does this fail. */
    void speak() {
        try {
            if (TcpInfo.of(socket).state() != TcpState.CLOSED) {
                sendUnsent();
            }
        } catch (LinuxException e) {
            warn(e);
        }
        try {
            SocketOptions.buffers(socket, entry.getOpts());
        } catch (LinuxException e) {
            warn(e);
        }
    }

    private void sendUnsent() throws LinuxException {
        byte[] unsent = stream.unsent();
        if (unsent.length == 0) {
            return;
        }
        int mark = Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_NOTSENT_LOWAT);
        Sockets.setOption(socket, Sockets.IPPROTO_TCP, TCP_NOTSENT_LOWAT, NO_MARK);
        try {
            send(unsent);
        } finally {
            Sockets.setOption(socket, Sockets.IPPROTO_TCP, TCP_NOTSENT_LOWAT, mark);
        }
    }

    private void warn(LinuxException e) {
        warn("may lack what the program wrote", e);
    }

    private void warn(String what, LinuxException e) {
        if (!BROKEN.contains(e.errno())) {
            System.getLogger(TcpConnectionRestorer.class.getName())
                    .log(System.Logger.Level.WARNING, "the connection {0} {1}: {2}", this, what, e.getMessage());
        }
    }

    private void send(byte[] data) throws LinuxException {
        NativeMemory memory = NativeMemory.of(data);
        int flags = Sockets.MSG_DONTWAIT | MSG_NOSIGNAL;
        for (int at = 0; at < data.length; ) {
            int bytes = Math.min(CHUNK_BYTES, data.length - at);
            long count = Kernel.syscall(Syscall.SENDTO, socket.number(), memory.address() + at, bytes, flags, 0, 0);
            at += (int) Kernel.check(count, "send", bytes + " bytes to the connection " + this);
        }
        memory.during(0);
    }

    /** A descriptor of the socket that is good until the tree runs. */
    TcpConnectionRestorer kept() throws LinuxException {
        Fd own = Fd.of((int) Descriptors.fcntl(socket, Descriptors.F_DUPFD_CLOEXEC, 0));
        return new TcpConnectionRestorer(own, entry, stream);
    }

    void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return local + " to " + remote;
    }
}
