package io.godwit.target.receive;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.proto.ConnectionAddress;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** The addresses of the tree's TCP connections must be here, or have an interface to come to. */
final class AddressCheck implements Check {
    private final Rights rights;

    /** The capabilities of the agent. */
    interface Rights {
        boolean hold(String capability) throws IOException;
    }

    AddressCheck() {
        this(capability -> ProcDirectory.own().status().holds(capability));
    }

    AddressCheck(Rights rights) {
        this.rights = rights;
    }

    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        if (request.getAddressesList().stream().anyMatch(ConnectionAddress::getMoves)) {
            requireRights(findings);
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

    private void requireRights(Findings findings) throws IOException {
        require("CAP_NET_ADMIN", "addresses are to move here", findings);
        require("CAP_NET_RAW", "the network must be told of the addresses that move here", findings);
    }

    private void require(String capability, String reason, Findings findings) throws IOException {
        if (!rights.hold(capability)) {
            findings.error(capability, "is not held here, and " + reason, "grant it to the target agent");
        }
    }
}
