package io.godwit.source.migrate;

import io.godwit.page.protocol.HostCost;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.track.Tracking;
import java.io.IOException;
import java.util.Optional;

/** Remembers what the first preparation of this process found. For one thread. */
final class PreparedOnce implements Preparation {
    private Optional<HostCost> found = Optional.empty();

    @Override
    public HostCost run(PageDumper dumper, Tracking tracking, JournalDirectory journals) throws IOException {
        if (found.isEmpty()) {
            found = Optional.of(EACH_TIME.run(dumper, tracking, journals));
        }
        return found.get();
    }
}
