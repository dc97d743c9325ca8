package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.IpOptsEntry;
import io.godwit.image.proto.SkShutdown;
import io.godwit.image.proto.TcpOptsEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.NetworkLock;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpRepair;
import io.godwit.linux.net.TcpState;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.restore.FileOptions.Connections;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/** Makes sockets of the internet families: listening, bound, just made, or of a TCP connection that is over. */
final class InetSocketRestorer implements KindRestorer {
    private static final int IP_TOS = 1;
    private static final int IP_TTL = 2;
    private static final int IP_PKTINFO = 8;
    private static final int IP_FREEBIND = 15;
    private static final int IPV6_V6ONLY = 26;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_CORK = 3;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;

    private final Connections connections;

    InetSocketRestorer(Connections connections) {
        this.connections = connections;
    }

    @Override
    public boolean connects() {
        return true;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        List<InetSkEntry> whole = new ArrayList<>();
        List<InetSkEntry> others = new ArrayList<>();
        boolean letGo = false;
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasIsk() && connections.restore() && isConnection(file.getIsk(), snapshot)) {
                whole.add(file.getIsk());
            } else if (file.hasIsk()) {
                requireAllowed(file.getIsk());
                letGo |= isConnection(file.getIsk(), snapshot);
                others.add(file.getIsk());
            }
        }
        for (InetSkEntry entry : others) {
            table.put(entry.getId(), make(entry));
        }
        if (letGo) {
            // the dump has locked them, and their other sides are to learn that they are gone
            table.beforeResume(new NetworkLock(snapshot.root().pid())::open);
        }
        if (!whole.isEmpty()) {
            connect(whole, snapshot, table);
        }
    }

    private void requireAllowed(InetSkEntry entry) throws RestoreException {
        if (connected(entry) && !connections.close()) {
            throw new RestoreException("there is a TCP connection of " + TcpConnectionRestorer.connection(entry)
                    + "; give --tcp-established to restore it, or --tcp-close to have it closed");
        }
    }

    private static boolean connected(InetSkEntry entry) {
        TcpState state = TcpState.of(entry.getState());
        return entry.getType() == Sockets.SOCK_STREAM && state != TcpState.LISTENING && state != TcpState.CLOSED;
    }

    /** Whether it is one of TCP that the dump has kept. */
    static boolean isConnection(InetSkEntry entry, Snapshot snapshot) {
        return entry.getProto() == Sockets.IPPROTO_TCP
                && TcpState.of(entry.getState()).connected()
                && TcpStream.exists(snapshot, entry);
    }

    /** Last of all: what listens at the same address could not be bound any more. */
    private void connect(List<InetSkEntry> entries, Snapshot snapshot, FileTable table) throws IOException {
        SilentConnections silent = SilentConnections.begin(entries, snapshot);
        table.onFailure(silent::abandon);
        table.beforeResume(silent::open);
        table.onDecision(silent::speak);
        for (InetSkEntry entry : entries) {
            Fd fd = Sockets.socket(entry.getFamily(), entry.getType(), entry.getProto());
            table.put(entry.getId(), fd);
            prepare(fd, entry);
            TcpRepair.begin(fd);
            TcpConnectionRestorer connection = new TcpConnectionRestorer(fd, entry, TcpStream.read(snapshot, entry));
            connection.connect(binder());
            finish(fd, entry);
            silent.add(connection);
        }
    }

    private Fd make(InetSkEntry entry) throws IOException {
        InetAddressBytes local = InetAddressBytes.local(entry);
        boolean tcp = entry.getType() == Sockets.SOCK_STREAM;
        boolean connected = connected(entry);
        // the address of a connection that is over may be in TIME_WAIT, or another's
        boolean over = connected || tcp && entry.getShutdown() != SkShutdown.NONE;
        Fd fd = Sockets.socket(entry.getFamily(), entry.getType(), entry.getProto());
        try {
            prepare(fd, entry);
            if (entry.getSrcPort() != 0 && !over) {
                binder().bind(fd, local);
            }
            SocketOptions.afterBind(fd, entry.getOpts());
            if (TcpState.of(entry.getState()) == TcpState.LISTENING) {
                Sockets.listen(fd, entry.getBacklog(), local.toString());
            }
            if (!tcp && entry.getDstPort() != 0) {
                connect(fd, InetAddressBytes.remote(entry));
            }
            if (connections.addressesFollow()) {
                Transparency.set(fd, entry.getFamily(), false);
            }
            finish(fd, entry);
            if (connected || entry.getShutdown() != SkShutdown.NONE) {
                shutDown(fd, connected ? SkShutdown.BOTH : entry.getShutdown());
            }
            return fd;
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    private static void prepare(Fd fd, InetSkEntry entry) throws LinuxException {
        SocketOptions.buffers(fd, entry.getOpts());
        SocketOptions.beforeBind(fd, entry.getOpts());
        if (entry.hasV6Only()) {
            Sockets.setOption(fd, Sockets.IPPROTO_IPV6, IPV6_V6ONLY, entry.getV6Only() ? 1 : 0);
        }
        if (entry.getIpOpts().getFreebind()) {
            Sockets.setOption(fd, Sockets.IPPROTO_IP, IP_FREEBIND, 1);
        }
    }

    private static void bind(Fd fd, InetAddressBytes local) throws IOException {
        try {
            Sockets.bind(fd, local.socketAddress(), local.toString());
        } catch (LinuxException e) {
            String advice = e.errno() == Errno.EADDRINUSE
                    ? "stop the program that uses it on this host"
                    : e.errno() == Errno.EADDRNOTAVAIL ? "give this host the address first" : "";
            throw new RestoreException(
                    "cannot bind " + local + ": " + e.errno().text() + (advice.isEmpty() ? "" : "; " + advice), e);
        }
    }

    private AddressBinder binder() {
        return connections.addressesFollow() ? InetSocketRestorer::bindAnyhow : InetSocketRestorer::bind;
    }

    /** An address that comes later can be used by a socket that may use any. */
    private static void bindAnyhow(Fd fd, InetAddressBytes local) throws IOException {
        Transparency.set(fd, local.family(), true);
        bind(fd, local);
    }

    private static void connect(Fd fd, InetAddressBytes remote) throws IOException {
        byte[] address = remote.socketAddress();
        NativeMemory raw = NativeMemory.of(address);
        long result = Kernel.syscall(Syscall.CONNECT, fd.number(), raw.address(), address.length);
        Reference.reachabilityFence(raw);
        Kernel.check(result, "connect", remote.toString());
    }

    private static void finish(Fd fd, InetSkEntry entry) throws IOException {
        SocketOptions.apply(fd, entry.getOpts());
        IpOptsEntry ip = entry.getIpOpts();
        boolean v4 = entry.getFamily() == Sockets.AF_INET;
        if (v4) {
            nonZero(fd, Sockets.IPPROTO_IP, IP_TOS, ip.getTos());
            nonZero(fd, Sockets.IPPROTO_IP, IP_TTL, ip.getTtl());
            nonZero(fd, Sockets.IPPROTO_IP, IP_PKTINFO, ip.getPktinfo() ? 1 : 0);
        }
        TcpOptsEntry tcp = entry.getTcpOpts();
        if (entry.getType() == Sockets.SOCK_STREAM && entry.hasTcpOpts()) {
            nonZero(fd, Sockets.IPPROTO_TCP, TCP_NODELAY, tcp.getNodelay() ? 1 : 0);
            nonZero(fd, Sockets.IPPROTO_TCP, TCP_CORK, tcp.getCork() ? 1 : 0);
            nonZero(fd, Sockets.IPPROTO_TCP, TCP_KEEPIDLE, tcp.getKeepidle());
            nonZero(fd, Sockets.IPPROTO_TCP, TCP_KEEPINTVL, tcp.getKeepintvl());
            nonZero(fd, Sockets.IPPROTO_TCP, TCP_KEEPCNT, tcp.getKeepcnt());
        }
        FileFlags.apply(fd, entry.getFlags());
    }

    /** Of a socket without a connection too: the kernel says ENOTCONN, and still takes reads and writes for ended. */
    private static void shutDown(Fd fd, SkShutdown how) {
        Kernel.syscall(Syscall.SHUTDOWN, fd.number(), how.getNumber() - 1);
    }

    private static void nonZero(Fd fd, int level, int option, int value) throws LinuxException {
        if (value != 0) {
            Sockets.setOption(fd, level, option, value);
        }
    }
}
