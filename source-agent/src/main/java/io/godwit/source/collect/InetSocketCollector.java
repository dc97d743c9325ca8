package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.IpOptsEntry;
import io.godwit.image.proto.SkShutdown;
import io.godwit.image.proto.TcpOptsEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpInfo;
import io.godwit.linux.net.TcpState;
import io.godwit.source.options.FileOptions.Connections;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Internet sockets: listening and unconnected TCP, UDP, and TCP connections that are ended or may be let go of. */
final class InetSocketCollector implements FileCollector {
    private static final int TCP_NODELAY = 1;
    private static final int TCP_CORK = 3;
    private static final int TCP_ULP = 31;
    private static final int ULP_NAME_BYTES = 16;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int IP_TOS = 1;
    private static final int IP_TTL = 2;
    private static final int IP_PKTINFO = 8;
    private static final int IP_FREEBIND = 15;
    private static final int POLLERR = 8;
    private static final int POLLRDHUP = 0x2000;
    private static final int IPV6_V6ONLY = 26;

    private final Connections connections;
    private final ConnectionSink kept;
    private final List<CannotMoveException> waiting = new ArrayList<>();
    private boolean closes;

    /**
     * A collector.
     *
     * @param connections which connections the tree may lose
     * @param kept is told of those that it keeps
     */
    InetSocketCollector(Connections connections, ConnectionSink kept) {
        this.connections = connections;
        this.kept = kept;
    }

    /** What waits to be accepted on the tree's sockets, none of which can be moved. */
    List<CannotMoveException> waiting() {
        return waiting;
    }

    /** Whether connections are let go of, which the restore must know. */
    boolean closes() {
        return closes;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return SocketOptions.isOf(file, Sockets.AF_INET) || SocketOptions.isOf(file, Sockets.AF_INET6);
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        Fd socket = file.duplicate();
        int family = SocketOptions.option(socket, SocketOptions.SO_DOMAIN);
        int protocol = SocketOptions.option(socket, SocketOptions.SO_PROTOCOL);
        InetSkEntry.Builder inet = InetSkEntry.newBuilder()
                .setId(entry.getId())
                .setIno((int) file.status().inode())
                .setFamily(family)
                .setType(SocketOptions.option(socket, SocketOptions.SO_TYPE))
                .setProto(protocol)
                .setFlags(file.flags())
                .setBacklog(0)
                .setFown(file.owner())
                .setOpts(SocketOptions.readOfNetwork(file))
                .setIpOpts(family == Sockets.AF_INET ? ipOptions(socket) : IpOptsEntry.getDefaultInstance());
        inet.setSrcPort(port(Sockets.name(socket)));
        addresses(Sockets.name(socket), family, inet::addSrcAddr);
        if (family == Sockets.AF_INET6) {
            inet.setV6Only(Sockets.option(socket, Sockets.IPPROTO_IPV6, IPV6_V6ONLY) != 0);
        }
        switch (protocol) {
            case Sockets.IPPROTO_TCP -> tcp(file, inet);
            case Sockets.IPPROTO_UDP -> udp(socket, family, inet);
            default ->
                throw new CannotMoveException(
                        file.describe(), "an internet socket of protocol " + protocol, "only TCP and UDP can be moved");
        }
        entry.setType(FdTypes.INETSK).setIsk(inet);
    }

    private static IpOptsEntry ipOptions(Fd socket) throws IOException {
        return IpOptsEntry.newBuilder()
                .setFreebind(Sockets.option(socket, Sockets.IPPROTO_IP, IP_FREEBIND) != 0)
                .setPktinfo(Sockets.option(socket, Sockets.IPPROTO_IP, IP_PKTINFO) != 0)
                .setTos(Sockets.option(socket, Sockets.IPPROTO_IP, IP_TOS))
                .setTtl(Sockets.option(socket, Sockets.IPPROTO_IP, IP_TTL))
                .build();
    }

    private void tcp(OpenFile file, InetSkEntry.Builder inet) throws IOException {
        Fd socket = file.duplicate();
        TcpInfo info = TcpInfo.of(socket);
        TcpState state = info.state();
        byte[] peer = new byte[28];
        if (state == TcpState.LISTENING) {
            inet.setBacklog(info.mostWaiting());
            if (info.waiting() != 0) {
                waiting.add(InFlight.finding(file.describe(), info.waiting()));
            }
        } else if (state == TcpState.CLOSED) {
            ended(file, inet);
        } else if (connections.established() && !connections.closeTcp()) {
            peer = keep(file, inet.getId(), state);
        } else {
            peer = letGo(file);
        }
        inet.setState(state.number()).setDstPort(port(peer));
        addresses(peer, inet.getFamily(), inet::addDstAddr);
        inet.setTcpOpts(TcpOptsEntry.newBuilder()
                .setNodelay(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_NODELAY) != 0)
                .setCork(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_CORK) != 0)
                .setKeepidle(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_KEEPIDLE))
                .setKeepintvl(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_KEEPINTVL))
                .setKeepcnt(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_KEEPCNT)));
    }

    /** Of a connection that ended no more than the end is left, unless something is yet to be read. */
    private void ended(OpenFile file, InetSkEntry.Builder inet) throws IOException {
        Fd socket = file.duplicate();
        int events = Descriptors.poll(socket, POLLRDHUP, 0);
        int unread = Descriptors.ioctlNumber(socket, Descriptors.FIONREAD, file.describe());
        boolean pending = (events & POLLERR) != 0 || unread != 0;
        if (pending && !connections.closeTcp()) {
            throw new CannotMoveException(
                    file.describe(),
                    "its TCP connection has ended, and the program has not read all of it",
                    "try again a moment later, or give --tcp-close to let go of that");
        }
        if ((events & POLLRDHUP) != 0) {
            inet.setShutdown(SkShutdown.BOTH);
        }
    }

    private byte[] keep(OpenFile file, int id, TcpState state) throws IOException {
        if (!state.connected()) {
            throw new CannotMoveException(
                    file.describe(),
                    "its TCP connection has not been answered yet (" + state + ")",
                    "try again a moment later, or give --tcp-close to let go of connections");
        }
        if (linkLocal(Sockets.name(file.duplicate()))) {
            throw new CannotMoveException(
                    file.describe(),
                    "a TCP connection between link-local addresses, which can not be moved yet",
                    "connect by a global address, or give --tcp-close to let go of connections");
        }
        requirePlain(file);
        try {
            byte[] peer = Sockets.peer(file.duplicate());
            if (connections.moveAddresses()) {
                HalfClosed.require(state, file.connection(), file.describe());
            }
            kept.add(id, file);
            return peer;
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOTCONN) {
                throw e;
            }
            throw new CannotMoveException(
                    file.describe(), "its TCP connection ended in this moment", "try again a moment later");
        }
    }

    /** What kernel TLS and its like know of a connection can not be read. */
    private static void requirePlain(OpenFile file) throws IOException {
        byte[] name = Sockets.optionBytes(file.duplicate(), Sockets.IPPROTO_TCP, TCP_ULP, ULP_NAME_BYTES);
        String protocol = new String(name, StandardCharsets.US_ASCII).replace("\0", "");
        if (!protocol.isEmpty()) {
            throw new CannotMoveException(
                    file.describe(),
                    "the kernel speaks '" + protocol + "' (TCP_ULP) in its TCP connection, which can not be moved yet",
                    "let the program do that itself, or give --tcp-close to let go of connections");
        }
    }

    /** fe80::/10 means nothing without the interface. */
    private static boolean linkLocal(byte[] address) {
        return address[0] == Sockets.AF_INET6 && address[8] == (byte) 0xfe && (address[9] & 0xc0) == 0x80;
    }

    private byte[] letGo(OpenFile file) throws IOException {
        if (!connections.closeTcp()) {
            throw new CannotMoveException(
                    file.describe(),
                    "a TCP connection",
                    "give --tcp-established to take it along, or --tcp-close to let it be closed");
        }
        closes = true;
        try {
            return Sockets.peer(file.duplicate());
        } catch (IOException notYet) {
            // ENOTCONN: it has not been answered yet
            return new byte[28];
        }
    }

    private static void udp(Fd socket, int family, InetSkEntry.Builder inet) {
        byte[] peer = new byte[28];
        TcpState state = TcpState.CLOSED;
        try {
            peer = Sockets.peer(socket);
            state = TcpState.ESTABLISHED;
        } catch (IOException notConnected) {
            // ENOTCONN: an unconnected socket has no peer to tell
        }
        inet.setState(state.number()).setDstPort(port(peer));
        addresses(peer, family, inet::addDstAddr);
    }

    private static int port(byte[] address) {
        return Byte.toUnsignedInt(address[2]) << 8 | Byte.toUnsignedInt(address[3]);
    }

    private interface WordSink {
        Object add(int word);
    }

    private static void addresses(byte[] address, int family, WordSink sink) {
        ByteBuffer raw = NativeMemory.of(address).buffer();
        int words = family == Sockets.AF_INET ? 1 : 4;
        int from = family == Sockets.AF_INET ? 4 : 8;
        for (int i = 0; i < words; i++) {
            sink.add(raw.getInt(from + 4 * i));
        }
    }
}
