package io.godwit.source.preflight;

import io.godwit.linux.net.HostAddress;
import io.godwit.linux.net.TcpConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The addresses that this host has in the connections of a tree. */
public final class ConnectionAddresses {
    private final List<HostAddress> addresses = new ArrayList<>();

    private ConnectionAddresses() {}

    /** Those of connections that leave this host; what can not leave with the tree is told to the findings. */
    public static List<HostAddress> of(List<TcpConnection> connections, List<Finding> findings) throws IOException {
        ConnectionAddresses found = new ConnectionAddresses();
        Set<TcpConnection> all = new HashSet<>(connections);
        Set<InetAddress> seen = new HashSet<>();
        for (TcpConnection connection : connections) {
            InetAddress local = connection.localAddress();
            if (all.contains(connection.reversed())) {
                continue;
            }
            if (local.isLoopbackAddress()) {
                findings.add(Finding.error(
                        "TCP connection " + connection,
                        "its other side is a process of this host that is not in the tree",
                        "move that process too, or give --tcp-close to let go of connections"));
            } else if (seen.add(local)) {
                found.add(local, connection, findings);
            }
        }
        return found.addresses;
    }

    private void add(InetAddress local, TcpConnection connection, List<Finding> findings) throws IOException {
        NetworkInterface device = NetworkInterface.getByInetAddress(local);
        if (device == null) {
            findings.add(Finding.error(
                    "TCP connection " + connection,
                    "no interface of this host has its address",
                    "give it back first, or give --tcp-close to let go of connections"));
            return;
        }
        for (InterfaceAddress address : device.getInterfaceAddresses()) {
            if (address.getAddress().equals(local)) {
                addresses.add(new HostAddress(local.getAddress(), address.getNetworkPrefixLength(), device.getIndex()));
            }
        }
    }
}
