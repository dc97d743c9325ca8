package io.godwit.linux.net;

import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * TCP_REPAIR of tcp(7): a connection of which the kernel lets read and set what is otherwise its own affair. In repair nothing is
 * said to the other side: connect(2) is established at once, close(2) is silent. Needs CAP_NET_ADMIN.
 */
public final class TcpRepair {
    private static final int TCP_REPAIR = 19;
    private static final int TCP_REPAIR_QUEUE = 20;
    private static final int TCP_QUEUE_SEQ = 21;
    private static final int TCP_REPAIR_OPTIONS = 22;
    private static final int TCP_TIMESTAMP = 24;
    private static final int TCP_REPAIR_WINDOW = 29;
    private static final int ON = 1;
    private static final int OFF = 0;
    private static final int OFF_NO_PROBE = -1;
    private static final int OPTION_BYTES = 8;

    private TcpRepair() {}

    /** Which of the connection's queues is meant. */
    public enum Queue {
        NONE,
        RECEIVE,
        SEND
    }

    /** One option of struct tcp_repair_opt, with the code that it has in a segment. */
    public record Option(int code, int value) {
        public static final int MSS = 2;
        public static final int WINDOW = 3;
        public static final int SACK_PERMITTED = 4;
        public static final int TIMESTAMP = 8;
    }

    /** struct tcp_repair_window. */
    public record Window(int sndWl1, int sndWnd, int maxWindow, int rcvWnd, int rcvWup) {
        private static final int BYTES = 20;
    }

    /** Whether it has begun. */
    public static boolean active(Fd socket) throws LinuxException {
        return Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_REPAIR) != OFF;
    }

    /** Begins it. From now on SO_REUSEADDR has a value that lets the socket bind what others have. */
    public static void begin(Fd socket) throws LinuxException {
        set(socket, TCP_REPAIR, ON);
    }

    /** Ends it; SO_REUSEADDR is off. The other side is asked for an acknowledgement, which sets the connection going again. */
    public static void end(Fd socket) throws LinuxException {
        set(socket, TCP_REPAIR, OFF);
    }

    /** Ends it; SO_REUSEADDR is off. The other side is told nothing. */
    public static void endQuietly(Fd socket) throws LinuxException {
        set(socket, TCP_REPAIR, OFF_NO_PROBE);
    }

    /** What {@link #sequence}, send(2) and recv(2) are about. */
    public static void select(Fd socket, Queue queue) throws LinuxException {
        set(socket, TCP_REPAIR_QUEUE, queue.ordinal());
    }

    /** The number of the byte that comes next into the selected queue. */
    public static int sequence(Fd socket) throws LinuxException {
        return Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_QUEUE_SEQ);
    }

    /** Sets it; the socket must not be connected. */
    public static void sequence(Fd socket, int number) throws LinuxException {
        set(socket, TCP_QUEUE_SEQ, number);
    }

    public static int timestamp(Fd socket) throws LinuxException {
        return Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_TIMESTAMP);
    }

    /** The clock of the timestamps that the connection sends goes on from here. */
    public static void timestamp(Fd socket, int value) throws LinuxException {
        set(socket, TCP_TIMESTAMP, value);
    }

    public static Window window(Fd socket) throws LinuxException {
        ByteBuffer b = Sockets.optionBuffer(socket, Sockets.IPPROTO_TCP, TCP_REPAIR_WINDOW, Window.BYTES);
        return new Window(b.getInt(0), b.getInt(4), b.getInt(8), b.getInt(12), b.getInt(16));
    }

    public static void window(Fd socket, Window window) throws LinuxException {
        NativeMemory raw = NativeMemory.allocate(Window.BYTES);
        raw.buffer()
                .putInt(0, window.sndWl1())
                .putInt(4, window.sndWnd())
                .putInt(8, window.maxWindow())
                .putInt(12, window.rcvWnd())
                .putInt(16, window.rcvWup());
        Sockets.setOption(socket, Sockets.IPPROTO_TCP, TCP_REPAIR_WINDOW, raw);
    }

    /** What both sides agreed on when they connected. */
    public static void options(Fd socket, List<Option> options) throws LinuxException {
        NativeMemory raw = NativeMemory.allocate(OPTION_BYTES * options.size());
        for (int i = 0; i < options.size(); i++) {
            raw.buffer()
                    .putInt(OPTION_BYTES * i, options.get(i).code())
                    .putInt(OPTION_BYTES * i + 4, options.get(i).value());
        }
        Sockets.setOption(socket, Sockets.IPPROTO_TCP, TCP_REPAIR_OPTIONS, raw);
    }

    private static void set(Fd socket, int option, int value) throws LinuxException {
        Sockets.setOption(socket, Sockets.IPPROTO_TCP, option, value);
    }
}
