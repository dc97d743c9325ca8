package io.godwit.target.restore;

import io.godwit.image.proto.SkOptsEntry;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Sockets;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Options that sockets of all families have (socket(7)). */
final class SocketOptions {
    static final int SO_REUSEADDR = 2;

    private static final int SO_DONTROUTE = 5;
    private static final int SO_BROADCAST = 6;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_OOBINLINE = 10;
    private static final int SO_NO_CHECK = 11;
    private static final int SO_PRIORITY = 12;
    private static final int SO_LINGER = 13;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_PASSCRED = 16;
    private static final int SO_RCVLOWAT = 18;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SO_BINDTODEVICE = 25;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_PASSSEC = 34;
    private static final int SO_MARK = 36;
    private static final int SO_BUF_LOCK = 72;
    private static final int ROOM_BYTES = 1 << 16;

    private SocketOptions() {}

    /** Buffer sizes, which must be set before anything is queued. The kernel doubles what it is given. */
    static void buffers(Fd fd, SkOptsEntry options) throws LinuxException {
        if (options.getSoSndbuf() != 0) {
            set(fd, SO_SNDBUFFORCE, options.getSoSndbuf() / 2);
        }
        if (options.getSoRcvbuf() != 0) {
            set(fd, SO_RCVBUFFORCE, options.getSoRcvbuf() / 2);
        }
        if (options.hasSoBufLock()) {
            set(fd, SO_BUF_LOCK, options.getSoBufLock());
        }
    }

    /** Larger buffers for the time in which queues are filled, which take more than their bytes. */
    static void roomFor(Fd fd, SkOptsEntry options, int received, int written) throws LinuxException {
        set(fd, SO_RCVBUFFORCE, Math.max(options.getSoRcvbuf() / 2, 2 * received + ROOM_BYTES));
        set(fd, SO_SNDBUFFORCE, Math.max(options.getSoSndbuf() / 2, 2 * written + ROOM_BYTES));
    }

    /** All others; those that are off by default are set only where they are on. */
    static void apply(Fd fd, SkOptsEntry options) throws IOException {
        if (options.getSoFilterCount() > 0) {
            throw new RestoreException("a socket has a packet filter, which can not be restored yet");
        }
        on(fd, SO_PASSCRED, options.getSoPasscred());
        on(fd, SO_PASSSEC, options.getSoPasssec());
        on(fd, SO_DONTROUTE, options.getSoDontroute());
        on(fd, SO_NO_CHECK, options.getSoNoCheck());
        on(fd, SO_BROADCAST, options.getSoBroadcast());
        on(fd, SO_KEEPALIVE, options.getSoKeepalive());
        on(fd, SO_OOBINLINE, options.getSoOobinline() != 0);
        nonZero(fd, SO_PRIORITY, options.getSoPriority());
        nonZero(fd, SO_MARK, options.getSoMark());
        nonZero(fd, SO_RCVLOWAT, options.getSoRcvlowat());
        time(fd, SO_SNDTIMEO, options.getSoSndTmoSec(), options.getSoSndTmoUsec());
        time(fd, SO_RCVTIMEO, options.getSoRcvTmoSec(), options.getSoRcvTmoUsec());
        if (options.hasSoLinger()) {
            NativeMemory linger = NativeMemory.allocate(8);
            linger.buffer().putInt(0, 1).putInt(4, options.getSoLinger());
            Sockets.setOption(fd, Sockets.SOL_SOCKET, SO_LINGER, linger);
        }
    }

    /** What matters to bind(2): the device, and whether the address may be shared. */
    static void beforeBind(Fd fd, SkOptsEntry options) throws LinuxException {
        set(fd, SO_REUSEADDR, 1);
        on(fd, SO_REUSEPORT, options.getSoReuseport());
        if (options.hasSoBoundDev()) {
            byte[] device = options.getSoBoundDev().getBytes(StandardCharsets.UTF_8);
            Sockets.setOption(fd, Sockets.SOL_SOCKET, SO_BINDTODEVICE, NativeMemory.of(device));
        }
    }

    /** The value of SO_REUSEADDR that the program had, once the address is bound. */
    static void afterBind(Fd fd, SkOptsEntry options) throws LinuxException {
        set(fd, SO_REUSEADDR, options.getReuseaddr() ? 1 : 0);
    }

    private static void on(Fd fd, int option, boolean on) throws LinuxException {
        if (on) {
            set(fd, option, 1);
        }
    }

    private static void nonZero(Fd fd, int option, int value) throws LinuxException {
        if (value != 0) {
            set(fd, option, value);
        }
    }

    private static void set(Fd fd, int option, int value) throws LinuxException {
        Sockets.setOption(fd, Sockets.SOL_SOCKET, option, value);
    }

    private static void time(Fd fd, int option, long seconds, long micros) throws LinuxException {
        if (seconds != 0 || micros != 0) {
            NativeMemory value = NativeMemory.allocate(16);
            value.buffer().putLong(0, seconds).putLong(8, micros);
            Sockets.setOption(fd, Sockets.SOL_SOCKET, option, value);
        }
    }
}
