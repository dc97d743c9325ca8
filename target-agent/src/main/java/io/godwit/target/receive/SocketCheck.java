package io.godwit.target.receive;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Sockets;
import io.godwit.page.proto.ConnectionAddress;
import io.godwit.page.proto.ListeningSocket;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.target.restore.InetAddressBytes;
import io.godwit.target.restore.Transparency;
import io.godwit.target.restore.UnixAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The addresses that the tree listens on must be free; those of the internet are bound for a moment. */
final class SocketCheck implements Check {
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IP_FREEBIND = 15;

    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        boolean follow = request.getAddressesList().stream().anyMatch(ConnectionAddress::getMoves);
        Set<ListeningSocket> seen = new HashSet<>();
        for (ListeningSocket socket : request.getSocketsList()) {
            if (!seen.add(socket)) {
                continue;
            }
            if (socket.getFamily() == Sockets.AF_UNIX) {
                lookFor(new UnixAddress(socket.getAddress().toByteArray()), findings);
            } else if (socket.getFamily() == Sockets.AF_INET || socket.getFamily() == Sockets.AF_INET6) {
                InetAddressBytes address = new InetAddressBytes(socket.getFamily(), words(socket), socket.getPort());
                tryToBind(socket, address, follow, findings);
            }
        }
    }

    private static void lookFor(UnixAddress address, Findings findings) throws IOException {
        if (address.answers()) {
            findings.error("unix socket " + address, "another program listens on it here", "stop that program first");
        }
    }

    /** @param follow addresses may come later, with the tree */
    private static void tryToBind(ListeningSocket socket, InetAddressBytes address, boolean follow, Findings findings)
            throws IOException {
        String name = (socket.getType() == Sockets.SOCK_DGRAM ? "UDP" : "TCP") + " address " + address;
        try (Fd fd = Sockets.socket(socket.getFamily(), socket.getType(), 0)) {
            prepare(fd, socket);
            if (follow) {
                Transparency.set(fd, socket.getFamily(), true);
            }
            Sockets.bind(fd, address.socketAddress(), address.toString());
        } catch (LinuxException e) {
            if (e.errno() == Errno.EADDRINUSE) {
                findings.error(name, "is in use here", "stop the program that uses it");
            } else if (e.errno() != Errno.EADDRNOTAVAIL) {
                findings.error(name, "can not be bound here: " + e.getMessage(), "");
            } else {
                findings.error(name, "is not an address of this host", "add it to an interface first");
            }
        }
    }

    /** As the restore does it. */
    private static void prepare(Fd fd, ListeningSocket socket) throws LinuxException {
        Sockets.setOption(fd, Sockets.SOL_SOCKET, SO_REUSEADDR, 1);
        Sockets.setOption(fd, Sockets.SOL_SOCKET, SO_REUSEPORT, socket.getReusePort() ? 1 : 0);
        if (socket.getFamily() == Sockets.AF_INET6) {
            Sockets.setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, socket.getV6Only() ? 1 : 0);
        }
        if (socket.getAnyAddress()) {
            Sockets.setOption(fd, Sockets.IPPROTO_IP, IP_FREEBIND, 1);
        }
        if (socket.hasDevice()) {
            byte[] device = socket.getDevice().getBytes(StandardCharsets.UTF_8);
            Sockets.setOption(fd, Sockets.SOL_SOCKET, SO_BINDTODEVICE, NativeMemory.of(device));
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
