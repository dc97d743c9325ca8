package io.godwit.source.collect;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.TcpStreamEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpInfo;
import io.godwit.linux.net.TcpRepair;
import io.godwit.linux.net.TcpRepair.Queue;
import io.godwit.linux.net.TcpRepair.Window;
import io.godwit.linux.net.TcpState;
import java.io.IOException;
import java.util.List;

/**
 * A connection as the image {@code tcp-stream} has it.
 *
 * @param queues what was received and not read, then what was written and not acknowledged
 */
record TcpStream(TcpState state, TcpStreamEntry entry, byte[] queues) {
    private static final int MOST_READS = 3;
    private static final int TCP_MAXSEG = 2;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_CORK = 3;
    private static final long SIOCOUTQNSD = 0x894b;

    /**
     * Reads a connection that is in repair, and of which no packet comes in.
     *
     * @param what for messages
     */
    static TcpStream read(Fd socket, String what) throws IOException {
        CannotMoveException failure = null;
        for (int i = 0; i < MOST_READS; i++) {
            try {
                TcpStream stream = readOnce(socket, what);
                if (stream.stands(socket, what)) {
                    return stream;
                }
                failure = new CannotMoveException(
                        what, "its TCP connection goes on while it is read", "try again a moment later");
            } catch (CannotMoveException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /** Whether all that was read is of one moment: a packet that was on its way in may have come between. */
    private boolean stands(Fd socket, String what) throws IOException {
        int fin = fins(state);
        return still(socket)
                && Descriptors.ioctlNumber(socket, Descriptors.FIONREAD, what) == entry.getInqLen()
                && Descriptors.ioctlNumber(socket, Sockets.SIOCOUTQ, what) - fin == entry.getOutqLen()
                && Math.max(0, Descriptors.ioctlNumber(socket, SIOCOUTQNSD, what) - fin) == entry.getUnsqLen();
    }

    /** A FIN that waits to be acknowledged has a number as a byte has, and counts with the queue. */
    private static int fins(TcpState state) {
        return state.sentFin() && state != TcpState.FIN_WAIT_2 ? 1 : 0;
    }

    private static TcpStream readOnce(Fd socket, String what) throws IOException {
        TcpInfo info = TcpInfo.of(socket);
        TcpState state = info.state();
        int fin = fins(state);
        int received = Descriptors.ioctlNumber(socket, Descriptors.FIONREAD, what);
        int written = Descriptors.ioctlNumber(socket, Sockets.SIOCOUTQ, what) - fin;
        int unsent = Math.max(0, Descriptors.ioctlNumber(socket, SIOCOUTQNSD, what) - fin);
        Window window = TcpRepair.window(socket);
        TcpStreamEntry.Builder entry = TcpStreamEntry.newBuilder()
                .setInqLen(received)
                .setOutqLen(written)
                .setUnsqLen(unsent)
                .setOptMask(info.options())
                .setSndWscale(info.sendScale())
                .setRcvWscale(info.receiveScale())
                .setMssClamp(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_MAXSEG))
                .setCork(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_CORK) != 0)
                .setNodelay(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_NODELAY) != 0)
                .setSndWl1(window.sndWl1())
                .setSndWnd(window.sndWnd())
                .setMaxWindow(window.maxWindow())
                .setRcvWnd(window.rcvWnd())
                .setRcvWup(window.rcvWup());
        if ((info.options() & TcpInfo.TIMESTAMPS) != 0) {
            entry.setTimestamp(TcpRepair.timestamp(socket));
        }
        NativeMemory queues = NativeMemory.allocate(received + written + 1);
        TcpRepair.select(socket, Queue.RECEIVE);
        entry.setInqSeq(TcpRepair.sequence(socket));
        peek(socket, queues.address(), received, what);
        TcpRepair.select(socket, Queue.SEND);
        entry.setOutqSeq(TcpRepair.sequence(socket));
        peek(socket, queues.address() + received, written, what);
        TcpRepair.select(socket, Queue.NONE);
        return new TcpStream(state, entry.build(), queues.bytes(0, received + written));
    }

    /** The file of the image. */
    byte[] image() {
        return ImageEncoder.encodeEntries(ImageKind.TCP_STREAM, List.of(new ImageEncoder.Entry(entry, queues)));
    }

    /** Whether it stands where it stood, in both directions. */
    boolean still(Fd socket) throws IOException {
        TcpRepair.select(socket, Queue.RECEIVE);
        int received = TcpRepair.sequence(socket);
        TcpRepair.select(socket, Queue.SEND);
        int written = TcpRepair.sequence(socket);
        TcpRepair.select(socket, Queue.NONE);
        return received == entry.getInqSeq()
                && written == entry.getOutqSeq()
                && TcpInfo.of(socket).state() == state;
    }

    private static void peek(Fd socket, long address, int bytes, String what) throws IOException {
        if (bytes == 0) {
            return;
        }
        int flags = Sockets.MSG_PEEK | Sockets.MSG_DONTWAIT;
        long count = Kernel.syscall(Syscall.RECVFROM, socket.number(), address, bytes, flags, 0, 0);
        Kernel.check(count, "recv(MSG_PEEK)", what);
        if (count != bytes) {
            throw new CannotMoveException(
                    what,
                    "only " + count + " of the " + bytes + " bytes in its queue can be read",
                    "urgent data, or a program that peeks with SO_PEEK_OFF, can not be moved; try again a moment later");
        }
    }
}
