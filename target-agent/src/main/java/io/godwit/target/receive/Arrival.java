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
    static final Arrival NONE = new Arrival(List.of(), new ThisHost());

    private final List<Announcement> addresses;
    private final Network network;
    private int taken;

    /** The network of this host. */
    interface Network {
        /** Gives an address to its interface. */
        void add(HostAddress address) throws IOException;

        /** Takes it back. */
        void remove(HostAddress address) throws IOException;

        /** Tells the others on the network. */
        void announce(Announcement address) throws IOException;
    }

    Arrival(List<Announcement> addresses, Network network) {
        this.addresses = addresses;
        this.network = network;
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
        return new Arrival(addresses, new ThisHost());
    }

    boolean isEmpty() {
        return addresses.isEmpty();
    }

    /**
     * Takes all of them or, if that fails, none.
     *
     * @throws IOException also names the addresses that could not be given back
     */
    void take() throws IOException {
        try {
            for (Announcement each : addresses) {
                network.add(each.address());
                taken++;
            }
        } catch (IOException | RuntimeException | Error e) {
            throw new IOException(words(e) + giveBack(), e);
        }
    }

    /**
     * Gives back what was taken.
     *
     * @return what could not be given back, as the end of a message; empty if all could
     */
    String giveBack() {
        List<String> staying = new ArrayList<>();
        for (Announcement each : addresses.subList(0, taken)) {
            try {
                network.remove(each.address());
            } catch (IOException | RuntimeException | Error e) {
                staying.add(each.address() + " (" + words(e) + ")");
            }
        }
        taken = 0;
        return staying.isEmpty()
                ? ""
                : "; remove by hand what stays at the target nevertheless: " + String.join(", ", staying);
    }

    static String words(Throwable e) {
        return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
    }

    /** Tells the networks. Those that can not be told learn it when they ask the next time. */
    void announce() {
        addresses.forEach(this::announce);
    }

    private void announce(Announcement each) {
        if (each.hardware().length == 0) {
            return;
        }
        try {
            network.announce(each);
        } catch (IOException | RuntimeException e) {
            System.getLogger(Arrival.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the network is not told that {0} is here now: {1}",
                            each.address(),
                            words(e));
        }
    }

    private static final class ThisHost implements Network {
        @Override
        public void add(HostAddress address) throws IOException {
            address.add();
        }

        @Override
        public void remove(HostAddress address) throws IOException {
            address.remove();
        }

        @Override
        public void announce(Announcement address) throws IOException {
            address.send();
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
