package io.godwit.target.namespace;

import io.godwit.image.proto.NdType;
import io.godwit.image.proto.NetDeviceEntry;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.net.Loopback;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;

/** Sets the devices of a network namespace; {@code lo} is the only one, and is there from the beginning. */
final class NetworkMaker {
    private final List<NetDeviceEntry> devices;

    /** @throws RestoreException if there is another one */
    NetworkMaker(List<NetDeviceEntry> devices) throws RestoreException {
        this.devices = devices;
        for (NetDeviceEntry device : devices) {
            if (device.getType() != NdType.LOOPBACK) {
                throw new RestoreException(
                        "the network device " + device.getName()
                                + " of the tree's own namespace can not be restored yet; give --empty-ns net to have an empty one");
            }
        }
    }

    void make(int root) throws IOException {
        for (NetDeviceEntry device : devices) {
            NamespaceThread.in(root, EnumSet.of(NamespaceKind.NET), () -> {
                Loopback.set(device.getMtu(), (device.getFlags() & Loopback.UP) != 0);
                return null;
            });
        }
    }
}
