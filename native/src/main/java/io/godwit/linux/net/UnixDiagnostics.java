package io.godwit.linux.net;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists the unix sockets of this network namespace through NETLINK_SOCK_DIAG. */
public final class UnixDiagnostics {
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int REQUEST_DUMP = 0x301;
    private static final int SHOW_NAME = 1;
    private static final int SHOW_PEER = 4;
    private static final int SHOW_ICONS = 8;
    private static final int SHOW_RQLEN = 0x10;
    private static final int HEADER_BYTES = 16;
    private static final int MESSAGE_BYTES = 16;
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int ATTRIBUTE_NAME = 0;
    private static final int ATTRIBUTE_PEER = 2;
    private static final int ATTRIBUTE_ICONS = 3;
    private static final int ATTRIBUTE_RQLEN = 4;
    private static final int ATTRIBUTE_SHUTDOWN = 6;

    private UnixDiagnostics() {}

    /** All unix sockets by inode. */
    public static Map<Integer, UnixSocket> list() throws LinuxException {
        Map<Integer, UnixSocket> sockets = new HashMap<>();
        try (Fd netlink = Sockets.socket(Netlink.FAMILY, Sockets.SOCK_RAW, NETLINK_SOCK_DIAG)) {
            NativeMemory request = request();
            Descriptors.writeFully(netlink, request.address(), request.size());
            request.during(0);
            NativeMemory answer = NativeMemory.allocate(BUFFER_BYTES);
            while (true) {
                long count = Kernel.syscall(Syscall.READ, netlink.number(), answer.address(), BUFFER_BYTES);
                if (count == -Errno.EINTR.value()) {
                    continue;
                }
                Kernel.check(count, "read", "the answer of sock_diag");
                if (collect(answer.buffer(), (int) count, sockets)) {
                    return sockets;
                }
            }
        }
    }

    private static NativeMemory request() {
        NativeMemory request = NativeMemory.allocate(HEADER_BYTES + 24);
        ByteBuffer b = request.buffer();
        b.putInt(0, HEADER_BYTES + 24);
        b.putShort(4, (short) SOCK_DIAG_BY_FAMILY);
        b.putShort(6, (short) REQUEST_DUMP);
        b.put(16, (byte) Sockets.AF_UNIX);
        b.putInt(20, -1);
        b.putInt(28, SHOW_NAME | SHOW_PEER | SHOW_ICONS | SHOW_RQLEN);
        return request;
    }

    private static boolean collect(ByteBuffer b, int length, Map<Integer, UnixSocket> sockets) throws LinuxException {
        int at = 0;
        while (at + HEADER_BYTES <= length) {
            int size = b.getInt(at);
            int type = b.getShort(at + 4);
            if (type == NLMSG_DONE) {
                return true;
            }
            if (type == NLMSG_ERROR) {
                throw new LinuxException(
                        "sock_diag", "unix sockets", Errno.of(-b.getInt(at + HEADER_BYTES)), "is unix_diag loaded?");
            }
            UnixSocket socket = message(b, at + HEADER_BYTES, at + size);
            sockets.put(socket.inode(), socket);
            at += (size + 3) & ~3;
        }
        return false;
    }

    private static UnixSocket message(ByteBuffer b, int at, int end) {
        byte[] name = {};
        int peer = 0;
        int queued = 0;
        int backlog = 0;
        int shutdown = 0;
        List<Integer> pending = new ArrayList<>();
        int attribute = at + MESSAGE_BYTES;
        while (attribute + 4 <= end) {
            int size = Short.toUnsignedInt(b.getShort(attribute));
            int value = attribute + 4;
            switch (b.getShort(attribute + 2)) {
                case ATTRIBUTE_NAME -> {
                    name = new byte[size - 4];
                    b.get(value, name);
                }
                case ATTRIBUTE_PEER -> peer = b.getInt(value);
                case ATTRIBUTE_ICONS -> {
                    for (int i = value; i < attribute + size; i += 4) {
                        pending.add(b.getInt(i));
                    }
                }
                case ATTRIBUTE_RQLEN -> {
                    queued = b.getInt(value);
                    backlog = b.getInt(value + 4);
                }
                case ATTRIBUTE_SHUTDOWN -> shutdown = b.get(value);
                default -> {}
            }
            attribute += (size + 3) & ~3;
        }
        return new UnixSocket(
                b.getInt(at + 4), b.get(at + 1), b.get(at + 2), name, peer, queued, backlog, shutdown, pending);
    }
}
