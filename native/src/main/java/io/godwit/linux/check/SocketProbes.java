package io.godwit.linux.check;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Netlink;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.UnixDiagnostics;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Tries to list sockets. */
final class SocketProbes {
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int NLMSG_ERROR = 2;
    private static final int REQUEST_DUMP = 0x301;
    private static final int HEADER_BYTES = 16;

    /** struct inet_diag_req_v2. */
    private static final int REQUEST_BYTES = 56;

    private static final int IPPROTO_RAW = 255;
    private static final int ALL_STATES = -1;
    private static final int LISTENING = 1 << 10;
    private static final int ANSWER_BYTES = 32 * 1024;

    private SocketProbes() {}

    static String unix(Subject subject) throws LinuxException {
        UnixDiagnostics.list();
        return "";
    }

    static String inet(Subject subject) throws LinuxException {
        return inet(Sockets.IPPROTO_TCP, LISTENING, "is tcp_diag loaded?");
    }

    static String raw(Subject subject) throws LinuxException {
        return inet(IPPROTO_RAW, ALL_STATES, "is raw_diag loaded?");
    }

    private static String inet(int protocol, int states, String advice) throws LinuxException {
        try (Fd netlink = Sockets.socket(Netlink.FAMILY, Sockets.SOCK_RAW, NETLINK_SOCK_DIAG)) {
            NativeMemory request = NativeMemory.allocate(HEADER_BYTES + REQUEST_BYTES);
            ByteBuffer b = request.buffer();
            b.putInt(0, request.size());
            b.putShort(4, (short) SOCK_DIAG_BY_FAMILY);
            b.putShort(6, (short) REQUEST_DUMP);
            b.put(HEADER_BYTES, (byte) Sockets.AF_INET);
            b.put(HEADER_BYTES + 1, (byte) protocol);
            b.putInt(HEADER_BYTES + 4, states);
            Descriptors.writeFully(netlink, request.address(), request.size());
            Reference.reachabilityFence(request);
            NativeMemory answer = NativeMemory.allocate(ANSWER_BYTES);
            Descriptors.read(netlink, answer.address(), ANSWER_BYTES);
            if (answer.buffer().getShort(4) == NLMSG_ERROR) {
                Errno errno = Errno.of(-answer.buffer().getInt(HEADER_BYTES));
                throw new LinuxException("sock_diag", "sockets of protocol " + protocol, errno, advice);
            }
            return "";
        }
    }
}
