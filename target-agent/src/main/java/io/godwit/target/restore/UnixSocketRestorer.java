package io.godwit.target.restore;

import io.godwit.image.proto.CriuDumpResp;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FilePermsEntry;
import io.godwit.image.proto.SkShutdown;
import io.godwit.image.proto.UnixSkEntry;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.Sockets;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes unix sockets: listening ones, connected pairs, bound and connected datagram sockets. */
final class UnixSocketRestorer implements KindRestorer {
    private static final int TCP_ESTABLISHED = 1;
    private static final int TCP_LISTEN = 10;
    private static final int EXTERNAL = 1;
    private static final int OF_SERVER = 2;

    /** What a program gets that had itself dumped over RPC. */
    private static final byte[] RESTORED = CriuResp.newBuilder()
            .setType(CriuReqType.DUMP)
            .setSuccess(true)
            .setDump(CriuDumpResp.newBuilder().setRestored(true))
            .build()
            .toByteArray();

    @Override
    public boolean connects() {
        return true;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        Map<Integer, UnixSkEntry> byInode = new LinkedHashMap<>();
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasUsk()) {
                byInode.put(file.getUsk().getIno(), file.getUsk());
            }
        }
        Set<UnixSkEntry> given = byInode.values().stream()
                .filter(socket -> table.has(socket.getId()))
                .collect(Collectors.toSet());
        UnixSocketPairs pairs = new UnixSocketPairs(snapshot, table);
        for (UnixSkEntry socket : byInode.values()) {
            UnixSkEntry peer = byInode.get(socket.getPeer());
            if (table.has(socket.getId()) || external(socket)) {
                continue;
            }
            if ((socket.getUflags() & OF_SERVER) != 0) {
                pairs.answered(socket, RESTORED);
            } else if (peer != null && peer.getPeer() == socket.getIno()) {
                pairs.connected(socket, peer);
            } else if (inFlight(socket, peer)) {
                single(socket, table);
            } else if (abandoned(socket)) {
                pairs.abandoned(socket);
            } else if (socket.getPeer() != 0 && (peer == null || socket.getType() != Sockets.SOCK_DGRAM)) {
                throw new RestoreException("a unix socket named '" + address(socket)
                        + "' (socket:[" + Integer.toUnsignedString(socket.getIno())
                        + "]) is connected to a program outside the tree; pass a descriptor for it with --inherit-fd, or close the"
                        + " connection before the dump");
            } else {
                single(socket, table);
                requeue(socket, pairs);
            }
        }
        for (UnixSkEntry socket : byInode.values()) {
            UnixSkEntry peer = byInode.get(socket.getPeer());
            if (peer != null && peer.getPeer() != socket.getIno() && !given.contains(socket)) {
                connect(table.fd(socket.getId()), address(peer));
                shutDown(table.fd(socket.getId()), socket);
            }
        }
    }

    /** Whether an entry is that of a socket outside of the tree, which is there only to be connected to. */
    static boolean external(FileEntry file) {
        return file.hasUsk() && external(file.getUsk());
    }

    private static boolean external(UnixSkEntry socket) {
        return (socket.getUflags() & EXTERNAL) != 0;
    }

    static UnixAddress address(UnixSkEntry socket) {
        return new UnixAddress(socket.getName().toByteArray());
    }

    /** Whether a connection is to wait to be accepted by its peer. */
    private static boolean inFlight(UnixSkEntry socket, UnixSkEntry peer) {
        return peer != null && peer.getState() == TCP_LISTEN && socket.getType() != Sockets.SOCK_DGRAM;
    }

    static void shutDown(Fd fd, UnixSkEntry socket) throws LinuxException {
        if (socket.getShutdown() != SkShutdown.NONE) {
            int how = socket.getShutdown().getNumber() - 1;
            Kernel.check(Kernel.syscall(Syscall.SHUTDOWN, fd.number(), how), "shutdown", fd.toString());
        }
    }

    /** A named datagram socket counts as established once another one has connected to it, and keeps that when it goes. */
    private static boolean abandoned(UnixSkEntry socket) {
        return socket.getState() == TCP_ESTABLISHED
                && socket.getPeer() == 0
                && (socket.getType() != Sockets.SOCK_DGRAM || socket.getName().isEmpty());
    }

    /** Datagrams that wait in a named socket come from a passing sender. */
    private static void requeue(UnixSkEntry socket, UnixSocketPairs pairs) throws IOException {
        if (socket.getType() == Sockets.SOCK_DGRAM && !socket.getName().isEmpty()) {
            try (Fd sender = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM, 0)) {
                connect(sender, address(socket));
                pairs.queue(socket, sender);
            }
        }
    }

    private static void single(UnixSkEntry socket, FileTable table) throws IOException {
        Fd fd = Sockets.socket(Sockets.AF_UNIX, socket.getType(), 0);
        table.put(socket.getId(), fd);
        SocketOptions.buffers(fd, socket.getOpts());
        UnixAddress address = address(socket);
        if (!address.unnamed()) {
            bind(fd, socket, address, table);
        }
        if (socket.getState() == TCP_LISTEN) {
            Sockets.listen(fd, socket.getBacklog(), address.toString());
        }
        SocketOptions.apply(fd, socket.getOpts());
        FileFlags.apply(fd, socket.getFlags());
    }

    private static void bind(Fd fd, UnixSkEntry socket, UnixAddress address, FileTable table) throws IOException {
        if (socket.getDeleted()) {
            bindDeleted(fd, address);
            return;
        }
        if (!address.isAbstract()) {
            if (!address.path().startsWith("/")) {
                throw new RestoreException("unix socket " + address
                        + " is bound to a relative path, which can not be restored yet; bind to an absolute one");
            }
            removeStale(address);
            table.onFailure(() -> unlink(address.path()));
        }
        Sockets.bind(fd, address.socketAddress(), "unix socket " + address);
        if (!address.isAbstract() && socket.hasFilePerms()) {
            own(address.path(), socket.getFilePerms());
        }
    }

    /** The socket keeps the name by which no one can reach it any more, and the file goes again. */
    private static void bindDeleted(Fd fd, UnixAddress address) throws IOException {
        if (Files.exists(Path.of(address.path()), LinkOption.NOFOLLOW_LINKS)) {
            throw new RestoreException("unix socket " + address
                    + " had lost its file, and there is another file by its name now; move that away for the restore");
        }
        Sockets.bind(fd, address.socketAddress(), "unix socket " + address);
        unlink(address.path());
    }

    /** A socket file that nobody listens on is left from an earlier run; anything else is not ours to remove. */
    private static void removeStale(UnixAddress address) throws IOException {
        if (address.leadsToSocket()) {
            if (address.answers()) {
                throw new RestoreException("another program listens on unix socket " + address + "; stop it first");
            }
            unlink(address.path());
        }
    }

    private static void connect(Fd fd, UnixAddress to) throws LinuxException {
        Kernel.check(to.connect(fd), "connect", "unix socket " + to);
    }

    private static void unlink(String path) {
        NativeMemory name = NativeMemory.string(path);
        Kernel.syscall(Syscall.UNLINK, name.address());
        Reference.reachabilityFence(name);
    }

    private static void own(String path, FilePermsEntry permissions) throws LinuxException {
        NativeMemory name = NativeMemory.string(path);
        long owned = Kernel.syscall(Syscall.CHOWN, name.address(), permissions.getUid(), permissions.getGid());
        Kernel.check(owned, "chown", path);
        long moded = Kernel.syscall(Syscall.CHMOD, name.address(), permissions.getMode() & 07777);
        Reference.reachabilityFence(name);
        Kernel.check(moded, "chmod", path);
    }
}
