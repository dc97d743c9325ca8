package io.godwit.target.receive;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.proto.ConnectionAddress;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** The addresses of the tree's TCP connections must be here, or have an interface to come to. */
final class AddressCheck implements Check {
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;

    private final Rights rights;

    /** The effective capabilities of the agent. */
    interface Rights {
        long read() throws IOException;
    }

    AddressCheck() {
        this(() -> ProcDirectory.process((int) ProcessHandle.current().pid())
                .status()
                .bits("CapEff"));
    }

    AddressCheck(Rights rights) {
        this.rights = rights;
    }

    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        if (request.getAddressesList().stream().anyMatch(ConnectionAddress::getMoves)) {
            requireRights(rights.read(), findings);
        }
        for (ConnectionAddress needed : request.getAddressesList()) {
            InetAddress address = InetAddress.getByAddress(needed.getAddress().toByteArray());
            String subject = "address " + address.getHostAddress();
            boolean here = NetworkInterface.getByInetAddress(address) != null;
            if (!here && !needed.getMoves()) {
                findings.error(
                        subject,
                        "is not here, and the tree has TCP connections by it",
                        "give --move-addresses, or add it to an interface of the target first");
            } else if (here && needed.getMoves()) {
                findings.error(subject, "is here already", "leave --move-addresses out, or remove it from the target");
            } else if (!here
                    && Arrival.interfaceFor(address, needed.getPrefix()).isEmpty()) {
                findings.error(
                        subject + "/" + needed.getPrefix(),
                        "can not come here: no interface has an address of its network",
                        "connect the target to that network, or give --tcp-close to let go of connections");
            }
        }
    }

    private static void requireRights(long held, Findings findings) {
        if ((held >>> CAP_NET_ADMIN & 1) == 0) {
            findings.error(
                    "CAP_NET_ADMIN",
                    "is not held here, and addresses are to move here",
                    "grant it to the target agent");
        }
        if ((held >>> CAP_NET_RAW & 1) == 0) {
            findings.error(
                    "CAP_NET_RAW",
                    "is not held here, and the network must be told of the addresses that move here",
                    "grant it to the target agent");
        }
    }
}
