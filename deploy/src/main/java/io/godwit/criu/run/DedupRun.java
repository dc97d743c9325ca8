package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.image.pages.Deduplicator;
import io.godwit.source.dump.DiskPuncher;
import java.io.IOException;

/** {@code dedup}. */
final class DedupRun {
    private final CriuLog log;

    DedupRun(CriuLog log) {
        this.log = log;
    }

    /** Gives the bytes that the files take less on the disk. */
    long run(CriuOptions options) throws IOException {
        WorkDirectories.requireReadable(options.directories());
        try (DiskPuncher puncher = new DiskPuncher()) {
            new Deduplicator(puncher).dedup(options.directories().images());
            long freed = puncher.freedBytes();
            log.info("freed " + freed + " bytes");
            return freed;
        }
    }
}
