package io.godwit.source.migrate;

import io.godwit.linux.net.HostAddress;
import io.godwit.linux.net.NetworkLock;
import io.godwit.source.journal.JournalEntry;
import io.godwit.source.options.MigrationOptions;
import java.io.IOException;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is left to do here when connections have gone with their addresses. */
final class Departure {
    /** Nothing goes, and nothing is unlocked. */
    static final Departure NONE = new Departure(List.of(), new Nowhere());

    private final List<HostAddress> addresses;
    private final Network network;

    /** The network of this host. */
    interface Network {
        /** Takes an address from its interface. */
        void remove(HostAddress address) throws IOException;

        /** Whether an interface has an address. */
        boolean has(HostAddress address) throws IOException;

        /** Lets the packets of the tree's connections pass again. */
        void unlock() throws IOException;

        /** The command that does the same by hand. */
        String unlocking();
    }

    Departure(List<HostAddress> addresses, Network network) {
        this.addresses = addresses;
        this.network = network;
    }

    /**
     * That of a migration.
     *
     * @param addresses of the tree's connections
     */
    static Departure of(MigrationOptions options, List<HostAddress> addresses) {
        boolean moves = options.files().connections().moveAddresses();
        return moves ? of(options.pid(), addresses) : NONE;
    }

    private static Departure of(int root, List<HostAddress> addresses) {
        return new Departure(addresses, new ThisHost(new NetworkLock(root)));
    }

    /** That of a migration whose agent has ended. */
    static Departure of(JournalEntry entry) {
        return entry.addresses().isEmpty() ? NONE : of(entry.root().pid(), entry.addresses());
    }

    /** What goes with the tree. */
    List<HostAddress> addresses() {
        return addresses;
    }

    /** What is to be done by hand if the tree runs at the target and this host has not been told. */
    Optional<String> pending() {
        return addresses.isEmpty()
                ? Optional.empty()
                : Optional.of("take from this host: "
                        + addresses.stream().map(HostAddress::toString).collect(Collectors.joining(", ")));
    }

    /**
     * Takes the addresses from this host; then nothing can come for the connections, and their lock is not needed any more. One that
     * stays keeps none of the others here.
     *
     * @return what could not be done, in words
     */
    List<String> go() {
        List<String> staying = new ArrayList<>();
        for (HostAddress address : addresses) {
            reasonToStay(address).ifPresent(reason -> staying.add(address + " (" + reason + ")"));
        }
        if (!staying.isEmpty()) {
            return List.of("this host still has what has moved to the target: " + String.join(", ", staying)
                    + "; remove all of that, and then " + network.unlocking());
        }
        try {
            network.unlock();
            return List.of();
        } catch (IOException | RuntimeException | Error e) {
            return List.of("the tree's connections are gone from here and their addresses too, but their lock stays: "
                    + Handover.reason(e) + "; remove it by: " + network.unlocking());
        }
    }

    private Optional<String> reasonToStay(HostAddress address) {
        try {
            network.remove(address);
            return network.has(address) ? Optional.of("it is on another interface of this host too") : Optional.empty();
        } catch (IOException | RuntimeException | Error e) {
            return Optional.of(Handover.reason(e));
        }
    }

    private static final class Nowhere implements Network {
        @Override
        public void remove(HostAddress address) {}

        @Override
        public boolean has(HostAddress address) {
            return false;
        }

        @Override
        public void unlock() {}

        @Override
        public String unlocking() {
            return "";
        }
    }

    private record ThisHost(NetworkLock lock) implements Network {
        @Override
        public void remove(HostAddress address) throws IOException {
            address.remove();
        }

        @Override
        public boolean has(HostAddress address) throws IOException {
            return NetworkInterface.getByInetAddress(address.inetAddress()) != null;
        }

        @Override
        public void unlock() throws IOException {
            lock.open();
        }

        @Override
        public String unlocking() {
            return lock.removal();
        }
    }
}
