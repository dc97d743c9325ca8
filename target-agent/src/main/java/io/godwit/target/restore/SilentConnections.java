package io.godwit.target.restore;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.NetworkLock;
import io.godwit.linux.net.TcpConnection;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections of a tree that does not run yet. They are locked from before the first is made, so that no packet finds half of
 * one or none, which would be answered by a reset.
 */
final class SilentConnections {
    private final NetworkLock lock;
    private final List<TcpConnectionRestorer> connections = new ArrayList<>();
    private boolean lockedHere;
    private boolean locked;

    private SilentConnections(NetworkLock lock) {
        this.lock = lock;
    }

    /** Locks those that are to be made. */
    static SilentConnections begin(List<InetSkEntry> entries, Snapshot snapshot) throws IOException {
        SilentConnections silent =
                new SilentConnections(new NetworkLock(snapshot.root().pid()));
        InventoryEntry inventory =
                ImageReader.open(snapshot.images(), ImageKind.INVENTORY).one(InventoryEntry.parser());
        if (inventory.getNetworkLockMethod() != NetworkLock.NOT_LOCKED) {
            List<TcpConnection> all = new ArrayList<>();
            for (InetSkEntry entry : entries) {
                all.add(TcpConnectionRestorer.connection(entry));
            }
            silent.lockedHere = silent.lock.closeIfOpen(all);
            silent.locked = true;
        }
        return silent;
    }

    /** Takes in one that is made. */
    void add(TcpConnectionRestorer connection) throws LinuxException {
        connections.add(connection.kept());
    }

    /**
     * Lets packets pass.
     *
     * @throws RestoreException if they are locked still
     */
    void open() throws RestoreException {
        try {
            if (locked) {
                lock.open();
            }
        } catch (LinuxException e) {
            throw new RestoreException(
                    "the tree's TCP connections can not be unlocked at the target: " + e.getMessage()
                            + "; look there what holds their lock, and remove it by: " + lock.removal(),
                    e);
        }
    }

    /** Lets all of them live. What was unlocked may have been told that its data came, so it is too late to give them up. */
    void speak() {
        // all live before the first speaks: the other side of one may be another, and would let what it is told go
        // unheard
        for (TcpConnectionRestorer connection : connections) {
            connection.live();
        }
        for (TcpConnectionRestorer connection : connections) {
            connection.speak();
        }
        connections.forEach(TcpConnectionRestorer::close);
        connections.clear();
    }

    /** Gives them up, silently; a lock that was there before stays. */
    void abandon() {
        connections.forEach(TcpConnectionRestorer::close);
        connections.clear();
        if (lockedHere) {
            try {
                lock.open();
            } catch (LinuxException e) {
                // It is found by its name, and the failure that led here is the one to tell.
                return;
            }
        }
    }
}
