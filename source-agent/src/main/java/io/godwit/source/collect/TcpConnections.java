package io.godwit.source.collect;

import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.net.NetworkLock;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpConnection;
import io.godwit.linux.net.TcpRepair;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The TCP connections of a tree that stands still. They are locked before they are read, so that nothing is acknowledged that the
 * images do not have. Each is in repair only while it is read, and again from {@link #silence} on.
 */
public final class TcpConnections implements ConnectionSink {
    private static final int LOCKED_BY_NFTABLES = 1;

    private final NetworkLock lock;
    private final boolean locks;
    private final List<Held> held = new ArrayList<>();
    private boolean locked;
    private Optional<AnnouncedAddresses> announced = Optional.empty();
    private boolean addressesMove;

    private static final class Held {
        private final int file;
        private final int inode;
        private final String what;
        private final Fd socket;
        private final TcpConnection connection;
        private final boolean reuseAddress;
        private TcpStream stream;
        private boolean silent;

        Held(int file, OpenFile open) throws IOException {
            this.file = file;
            inode = (int) open.status().inode();
            what = open.describe();
            connection = open.connection();
            reuseAddress = SocketOptions.option(open.duplicate(), SocketOptions.SO_REUSEADDR) != 0;
            socket = Fd.of((int) Descriptors.fcntl(open.duplicate(), Descriptors.F_DUPFD_CLOEXEC, 0));
        }

        private void speak() throws IOException {
            TcpRepair.endQuietly(socket);
            Sockets.setOption(socket, Sockets.SOL_SOCKET, SocketOptions.SO_REUSEADDR, reuseAddress ? 1 : 0);
        }
    }

    /**
     * None yet.
     *
     * @param rootPid of the tree, which the lock is named after
     * @param locks whether packets are dropped meanwhile
     */
    TcpConnections(int rootPid, boolean locks) {
        lock = new NetworkLock(rootPid);
        this.locks = locks;
    }

    @Override
    public void add(int file, OpenFile open) throws IOException {
        held.add(new Held(file, open));
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** How they are locked, as the inventory has it. */
    int lockMethod() {
        return locks ? LOCKED_BY_NFTABLES : NetworkLock.NOT_LOCKED;
    }

    /**
     * Those that leave this host have to be by these addresses, or they are refused.
     *
     * @param move whether the addresses go with them
     */
    public void announced(Set<InetAddress> addresses, boolean move) {
        announced = Optional.of(new AnnouncedAddresses(addresses));
        addressesMove = move;
    }

    private void requireAnnounced() throws IOException {
        if (announced.isPresent()) {
            Set<TcpConnection> all = new HashSet<>(connections());
            for (Held each : held) {
                announced.get().require(each.connection, all, each.what);
            }
        }
    }

    /** Locks and reads all of them; they may have come into another state meanwhile, which the entries of their files are told. */
    void read(List<FileEntry> entries) throws IOException {
        if (held.isEmpty()) {
            return;
        }
        requireAnnounced();
        if (locks) {
            lock.close(connections());
            locked = true;
        }
        for (Held each : held) {
            TcpRepair.begin(each.socket);
            try {
                each.stream = TcpStream.read(each.socket, each.what);
            } finally {
                each.speak();
            }
            if (!each.stream.state().connected()) {
                throw new CannotMoveException(
                        each.what, "its TCP connection ended in this moment", "try again a moment later");
            }
            if (addressesMove) {
                HalfClosed.require(each.stream.state(), each.connection, each.what);
            }
            FileEntry entry = entries.get(each.file - 1);
            FileEntry.Builder changed = entry.toBuilder();
            changed.getIskBuilder().setState(each.stream.state().number());
            entries.set(each.file - 1, changed.build());
        }
    }

    /** @throws CannotMoveException if there is one that a tree with these namespaces can not keep */
    void requireKept(TreeNamespaces namespaces) throws CannotMoveException {
        for (Held each : held) {
            Optional<CannotMoveException> obstacle = namespaces.againstConnection(each.what);
            if (obstacle.isPresent()) {
                throw obstacle.get();
            }
        }
    }

    private List<TcpConnection> connections() {
        return held.stream().map(each -> each.connection).toList();
    }

    void write(SnapshotSink sink) throws IOException {
        for (Held each : held) {
            sink.image(ImageKind.TCP_STREAM.fileName(Integer.toUnsignedLong(each.inode)), each.stream.image());
        }
    }

    /**
     * From now on the end of the tree is not told to the other sides.
     *
     * @throws IOException if a connection went on since it was read; {@link #resume} is to follow
     */
    public void silence() throws IOException {
        for (Held each : held) {
            TcpRepair.begin(each.socket);
            each.silent = true;
            if (!each.stream.still(each.socket)) {
                throw new CannotMoveException(
                        each.what,
                        "its TCP connection went on while the tree stood still",
                        "leave the lock of the network on, or keep its packets away by other means");
            }
        }
    }

    /** The connections go on with the tree that they belong to. */
    public void resume() throws IOException {
        try {
            speak();
        } finally {
            try {
                unlock();
            } finally {
                forget();
            }
        }
    }

    /** All that are silent, also if one of them can not. */
    private void speak() throws IOException {
        IOException failure = null;
        for (Held each : held) {
            try {
                if (each.silent) {
                    each.speak();
                }
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The command that opens the lock by hand; empty if there is none. */
    public String removal() {
        return locks && !held.isEmpty() ? lock.removal() : "";
    }

    /** The tree may live on at two places: its connections stay locked here, both ways, until someone decides. */
    public void leaveLocked() throws IOException {
        try {
            if (!removal().isEmpty()) {
                lock.closeBothWays(connections());
            }
        } finally {
            try {
                speak();
            } finally {
                forget();
            }
        }
    }

    /** The tree is gone and its connections with it; the lock stays. */
    public void forget() {
        held.forEach(each -> each.socket.close());
        held.clear();
    }

    /** Lets packets pass. */
    public void unlock() throws IOException {
        if (locked) {
            lock.open();
            locked = false;
        }
    }
}
