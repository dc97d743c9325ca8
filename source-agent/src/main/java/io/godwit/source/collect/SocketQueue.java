package io.godwit.source.collect;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.Sockets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The data that waits in a unix socket, read with MSG_PEEK so that it stays (SO_PEEK_OFF of socket(7)). */
final class SocketQueue {
    private static final int SO_PEEK_OFF = 42;
    private static final int MSG_CTRUNC = 8;
    private static final int MESSAGE_HEADER_BYTES = 56;
    private static final int MAX_PACKET = 256 * 1024;

    private SocketQueue() {}

    /** The datagrams, or pieces of the stream, oldest first. */
    static List<byte[]> peek(OpenFile file) throws IOException {
        Fd socket = file.duplicate();
        List<byte[]> packets = new ArrayList<>();
        int before = Sockets.option(socket, Sockets.SOL_SOCKET, SO_PEEK_OFF);
        Sockets.setOption(socket, Sockets.SOL_SOCKET, SO_PEEK_OFF, 0);
        try {
            NativeMemory area = NativeMemory.allocate(MESSAGE_HEADER_BYTES + 16 + MAX_PACKET);
            long data = area.address() + MESSAGE_HEADER_BYTES + 16;
            while (true) {
                area.buffer().putLong(16, area.address() + MESSAGE_HEADER_BYTES);
                area.buffer().putLong(24, 1);
                area.buffer().putInt(48, 0);
                area.buffer().putLong(MESSAGE_HEADER_BYTES, data);
                area.buffer().putLong(MESSAGE_HEADER_BYTES + 8, MAX_PACKET);
                int flags = Sockets.MSG_PEEK | Sockets.MSG_DONTWAIT | Sockets.MSG_TRUNC;
                long count = Kernel.syscall(Syscall.RECVMSG, socket.number(), area.address(), flags);
                if (count == -Errno.EAGAIN.value() || count == -Errno.ENOTCONN.value() || count == 0) {
                    return packets;
                }
                Kernel.check(count, "recvmsg(MSG_PEEK)", file.describe());
                if ((area.buffer().getInt(48) & MSG_CTRUNC) != 0) {
                    throw new CannotMoveException(
                            file.describe(),
                            "a file descriptor is on its way through it (SCM_RIGHTS), which can not be moved yet",
                            "try again a moment later");
                }
                if (count > MAX_PACKET) {
                    throw new CannotMoveException(
                            file.describe(),
                            "a datagram of " + count + " bytes waits in it",
                            "at most " + MAX_PACKET + " bytes can be moved");
                }
                packets.add(area.bytes(MESSAGE_HEADER_BYTES + 16, (int) count));
            }
        } finally {
            Sockets.setOption(socket, Sockets.SOL_SOCKET, SO_PEEK_OFF, before);
        }
    }
}
