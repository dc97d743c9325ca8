package io.godwit.target.receive;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.Sockets;
import io.godwit.page.proto.ListeningSocket;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.target.restore.InetAddressBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The addresses that the tree listens on must be free; tried by binding them for a moment. */
final class SocketCheck implements Check {
    private static final int SO_REUSEADDR = 2;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        Set<String> seen = new HashSet<>();
        for (ListeningSocket socket : request.getSocketsList()) {
            if (socket.getFamily() == Sockets.AF_INET || socket.getFamily() == Sockets.AF_INET6) {
                InetAddressBytes address = new InetAddressBytes(socket.getFamily(), words(socket), socket.getPort());
                if (seen.add(socket.getType() + " " + address)) {
                    tryToBind(socket, address, findings);
                }
            }
        }
    }

    private static void tryToBind(ListeningSocket socket, InetAddressBytes address, Findings findings)
            throws IOException {
        int type = socket.hasType() ? socket.getType() : Sockets.SOCK_STREAM;
        try (Fd fd = Sockets.socket(socket.getFamily(), type, 0)) {
            Sockets.setOption(fd, Sockets.SOL_SOCKET, SO_REUSEADDR, 1);
            if (socket.getFamily() == Sockets.AF_INET6) {
                Sockets.setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
            }
            Sockets.bind(fd, address.socketAddress(), address.toString());
        } catch (LinuxException e) {
            if (e.errno() == Errno.EADDRINUSE) {
                findings.error(address.toString(), "is in use here", "stop the program that listens on it");
            } else if (e.errno() == Errno.EADDRNOTAVAIL) {
                findings.error(address.toString(), "is not an address of this host", "add it to an interface first");
            } else {
                findings.error(address.toString(), "can not be bound here: " + e.getMessage(), "");
            }
        }
    }

    /** The address in network order, as the words of an image. */
    private static List<Integer> words(ListeningSocket socket) {
        ByteBuffer raw = ByteBuffer.wrap(socket.getAddress().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> words = new ArrayList<>();
        while (raw.remaining() >= Integer.BYTES) {
            words.add(raw.getInt());
        }
        return words;
    }
}
