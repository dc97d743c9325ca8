package io.godwit.source.collect;

import io.godwit.image.proto.SkOptsEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The options that every socket has (socket(7)). */
final class SocketOptions {
    static final int SO_REUSEADDR = 2;
    static final int SO_TYPE = 3;
    static final int SO_PROTOCOL = 38;
    static final int SO_DOMAIN = 39;

    private static final int SO_DONTROUTE = 5;
    private static final int SO_BROADCAST = 6;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
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
    private static final int SO_GET_FILTER = 26;
    private static final int SO_MARK = 36;
    private static final int SO_BUF_LOCK = 72;
    private static final int TIMEVAL_BYTES = 16;
    private static final int LINGER_BYTES = 8;
    private static final int INTERFACE_NAME_BYTES = 16;

    private SocketOptions() {}

    static SkOptsEntry read(OpenFile file) throws IOException {
        Fd socket = file.duplicate();
        refuseFilter(file);
        SkOptsEntry.Builder options = SkOptsEntry.newBuilder()
                .setSoSndbuf(option(socket, SO_SNDBUF))
                .setSoRcvbuf(option(socket, SO_RCVBUF))
                .setReuseaddr(option(socket, SO_REUSEADDR) != 0)
                .setSoPriority(option(socket, SO_PRIORITY))
                .setSoRcvlowat(option(socket, SO_RCVLOWAT))
                .setSoMark(option(socket, SO_MARK))
                .setSoPasscred(passesCredentials(socket))
                .setSoReuseport(option(socket, SO_REUSEPORT) != 0)
                .setSoBroadcast(option(socket, SO_BROADCAST) != 0)
                .setSoKeepalive(option(socket, SO_KEEPALIVE) != 0)
                .setSoOobinline(option(socket, SO_OOBINLINE))
                .setSoBufLock(option(socket, SO_BUF_LOCK));
        ByteBuffer send = timeout(socket, SO_SNDTIMEO);
        options.setSoSndTmoSec(send.getLong(0)).setSoSndTmoUsec(send.getLong(8));
        ByteBuffer receive = timeout(socket, SO_RCVTIMEO);
        options.setSoRcvTmoSec(receive.getLong(0)).setSoRcvTmoUsec(receive.getLong(8));
        ByteBuffer linger = Sockets.optionBuffer(socket, Sockets.SOL_SOCKET, SO_LINGER, LINGER_BYTES);
        if (linger.getInt(0) != 0) {
            options.setSoLinger(linger.getInt(4));
        }
        return options.build();
    }

    /** The options of sockets that speak to a network. */
    static SkOptsEntry readOfNetwork(OpenFile file) throws IOException {
        Fd socket = file.duplicate();
        SkOptsEntry.Builder options = read(file).toBuilder()
                .setSoDontroute(option(socket, SO_DONTROUTE) != 0)
                .setSoNoCheck(option(socket, SO_NO_CHECK) != 0);
        byte[] device = Sockets.optionBytes(socket, Sockets.SOL_SOCKET, SO_BINDTODEVICE, INTERFACE_NAME_BYTES);
        if (device.length > 1) {
            options.setSoBoundDev(new String(device, 0, device.length - 1, StandardCharsets.UTF_8));
        }
        return options.build();
    }

    /** Without its filter a socket would get what it must not see. */
    private static void refuseFilter(OpenFile file) throws IOException {
        boolean filtered;
        try {
            // asked for no instruction, the kernel tells how many there are
            filtered = Sockets.optionLength(file.duplicate(), Sockets.SOL_SOCKET, SO_GET_FILTER) > 0;
        } catch (LinuxException e) {
            // one of eBPF is not shown
            filtered = e.errno() == Errno.EACCES;
        }
        if (filtered) {
            throw new CannotMoveException(
                    file.describe(),
                    "it has a packet filter (SO_ATTACH_FILTER), which can not be moved yet",
                    "detach it");
        }
    }

    /** Only unix and netlink sockets know it since Linux 6.16; others answer EOPNOTSUPP. */
    private static boolean passesCredentials(Fd socket) throws IOException {
        try {
            return option(socket, SO_PASSCRED) != 0;
        } catch (LinuxException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                return false;
            }
            throw e;
        }
    }

    /** Whether a file is a socket of a family. */
    static boolean isOf(OpenFile file, int family) {
        try {
            return file.link().startsWith("socket:[") && option(file.duplicate(), SO_DOMAIN) == family;
        } catch (IOException e) {
            return false;
        }
    }

    static int option(Fd socket, int name) throws IOException {
        return Sockets.option(socket, Sockets.SOL_SOCKET, name);
    }

    private static ByteBuffer timeout(Fd socket, int name) throws IOException {
        return Sockets.optionBuffer(socket, Sockets.SOL_SOCKET, name, TIMEVAL_BYTES);
    }
}
