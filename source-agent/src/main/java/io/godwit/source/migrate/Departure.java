package io.godwit.source.migrate;

import io.godwit.linux.LinuxException;
import io.godwit.linux.net.HostAddress;
import io.godwit.linux.net.NetworkLock;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.report.ProgressListener;
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
            }
            lock.open();
        } catch (LinuxException e) {
            progress.left("this host still has an address that has moved: " + e.getMessage() + "; remove it, and then "
                    + lock.removal());
        }
    }
}
