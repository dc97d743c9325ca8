package io.godwit.target.receive;

import io.godwit.linux.net.Announcement;
import io.godwit.linux.net.HostAddress;
import io.godwit.page.proto.ConnectionAddress;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The addresses that come to this host with a tree's connections. */
final class Arrival {
    private final List<Announcement> addresses;

    private Arrival(List<Announcement> addresses) {
        this.addresses = addresses;
    }

    /** Those that a pre-flight tells of; what has no interface to come to has been refused by it. */
    static Arrival of(PreflightRequest request) throws IOException {
        List<Announcement> addresses = new ArrayList<>();
        for (ConnectionAddress coming : request.getAddressesList()) {
            byte[] raw = coming.getAddress().toByteArray();
            Optional<NetworkInterface> device = coming.getMoves()
                    ? interfaceFor(InetAddress.getByAddress(raw), coming.getPrefix())
                    : Optional.empty();
            if (device.isPresent()) {
                byte[] hardware = device.get().getHardwareAddress();
                HostAddress address =
                        new HostAddress(raw, coming.getPrefix(), device.get().getIndex());
                addresses.add(new Announcement(address, hardware == null ? new byte[0] : hardware));
            }
        }
        return new Arrival(addresses);
    }

    boolean isEmpty() {
        return addresses.isEmpty();
    }

    /**
     * Takes all of them or, if that fails, none, and tells the networks. Those that can not be told learn it when they ask the next
     * time.
     */
    void take() throws IOException {
        int taken = 0;
        try {
            for (Announcement each : addresses) {
                each.address().add();
                taken++;
            }
        } catch (IOException e) {
            giveBack(taken, e);
            throw e;
        }
        addresses.forEach(Arrival::announce);
    }

    private void giveBack(int count, IOException cause) {
        for (Announcement each : addresses.subList(0, count)) {
            try {
                each.address().remove();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private static void announce(Announcement each) {
        if (each.hardware().length == 0) {
            return;
        }
        try {
            each.send();
        } catch (IOException e) {
            System.getLogger(Arrival.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the network is not told that {0} is here now: {1}",
                            each.address(),
                            e.getMessage());
        }
    }

    /** The interface that has an address of the same network. */
    static Optional<NetworkInterface> interfaceFor(InetAddress address, int prefix) throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(device -> device.getInterfaceAddresses().stream()
                        .map(InterfaceAddress::getAddress)
                        .anyMatch(own -> sameNetwork(own.getAddress(), address.getAddress(), prefix)))
                .findFirst();
    }

    static boolean sameNetwork(byte[] one, byte[] other, int prefix) {
        if (one.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (((one[bit / 8] ^ other[bit / 8]) & 0x80 >> bit % 8) != 0) {
                return false;
            }
        }
        return true;
    }
}
