package io.godwit.source.migrate;

import io.godwit.linux.net.HostAddress;
import io.godwit.linux.net.NetworkLock;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.report.ProgressListener;
import java.io.IOException;
import java.net.NetworkInterface;
import java.util.List;

/** What is left to do here when connections have gone with their addresses. */
final class Departure {
    private Departure() {}

    /** Takes the addresses from this host; then nothing can come for the connections, and their lock is not needed any more. */
    static void of(MigrationOptions options, List<HostAddress> addresses, ProgressListener progress) {
        if (!options.files().connections().moveAddresses()) {
            return;
        }
        NetworkLock lock = new NetworkLock(options.pid());
        try {
            for (HostAddress address : addresses) {
                address.remove();
                if (NetworkInterface.getByInetAddress(address.inetAddress()) != null) {
                    throw new IOException(address + " is on an interface of this host once more");
                }
            }
            lock.open();
        } catch (IOException e) {
            progress.left("this host still has an address that has moved: " + e.getMessage() + "; remove it, and then "
                    + lock.removal());
        }
    }
}
