package io.godwit.target.restore;

import io.godwit.image.proto.UnixSkEntry;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.Sockets;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;

/** Makes connected unix sockets two at a time, with what was queued in them. */
final class UnixSocketPairs {
    private static final int ADDRESS_FAMILY_ONLY = 2;

    private final Snapshot snapshot;
    private final FileTable table;

    UnixSocketPairs(Snapshot snapshot, FileTable table) {
        this.snapshot = snapshot;
        this.table = table;
    }

    /** Both ends are in the tree. */
    void connected(UnixSkEntry one, UnixSkEntry other) throws IOException {
        Fd[] pair = Sockets.pair(Sockets.AF_UNIX, one.getType());
        table.put(one.getId(), pair[0]);
        table.put(other.getId(), pair[1]);
        SocketOptions.buffers(pair[0], one.getOpts());
        SocketOptions.buffers(pair[1], other.getOpts());
        queue(one, pair[1]);
        queue(other, pair[0]);
        finish(one, pair[0]);
        finish(other, pair[1]);
    }

    /** The other end is closed already. */
    void abandoned(UnixSkEntry socket) throws IOException {
        answered(socket, new byte[0]);
    }

    /** The other end has sent its last, and is closed. */
    void answered(UnixSkEntry socket, byte[] answer) throws IOException {
        Fd[] pair = Sockets.pair(Sockets.AF_UNIX, socket.getType());
        table.put(socket.getId(), pair[0]);
        try (Fd other = pair[1]) {
            SocketOptions.buffers(pair[0], socket.getOpts());
            queue(socket, other);
            if (answer.length != 0) {
                send(other, answer);
            }
        }
        finish(socket, pair[0]);
    }

    /** Sends what the reader had not read yet. */
    void queue(UnixSkEntry reader, Fd writer) throws IOException {
        for (Snapshot.QueuedPacket packet : snapshot.packets()) {
            if (packet.fileId() == reader.getId()) {
                if (!packet.rights().isEmpty()) {
                    throw new RestoreException(
                            "a unix socket holds descriptors in flight, which can not be restored yet");
                }
                send(writer, packet.bytes());
            }
        }
    }

    /** One call a packet, since a datagram must stay one. */
    private static void send(Fd writer, byte[] bytes) throws IOException {
        NativeMemory memory = NativeMemory.of(bytes);
        long sent = Kernel.syscall(
                Syscall.SENDTO, writer.number(), memory.address(), bytes.length, Sockets.MSG_DONTWAIT, 0, 0);
        Reference.reachabilityFence(memory);
        Kernel.check(sent, "send", "queued data of a unix socket");
        if (sent != bytes.length) {
            throw new RestoreException("a unix socket took " + sent + " of " + bytes.length
                    + " bytes that had been queued in it; see /proc/sys/net/core/wmem_max");
        }
    }

    private void finish(UnixSkEntry socket, Fd fd) throws IOException {
        UnixSocketRestorer.shutDown(fd, socket);
        if (!socket.getName().isEmpty()) {
            rename(socket, fd);
        }
        SocketOptions.apply(fd, socket.getOpts());
        FileFlags.apply(fd, socket.getFlags());
    }

    /** A pair has no names; what getsockname(2) says is lost where the listening socket still holds the name. */
    private void rename(UnixSkEntry socket, Fd fd) throws LinuxException {
        if (Sockets.name(fd).length <= ADDRESS_FAMILY_ONLY) {
            table.warn("the connected unix socket " + UnixSocketRestorer.address(socket) + " lost its name");
        }
    }
}
