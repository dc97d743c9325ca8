package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.source.dump.DumpResult;
import io.godwit.source.dump.PreDumper;
import io.godwit.source.options.PreDumpOptions;
import java.io.IOException;

/** {@code pre-dump}. CRIU runs no scripts in it. */
final class PreDumpRun {
    private final CriuLog log;

    PreDumpRun(CriuLog log) {
        this.log = log;
    }

    void run(CriuOptions options) throws IOException {
        PreDumpOptions preDump = EngineOptions.preDump(options);
        WorkDirectories.requireWritable(options.directories());
        try (PageDestination pages = PageDestination.of(options, preDump.pid())) {
            DumpResult result = new PreDumper(pages::snapshot).run(preDump);
            result.warnings().forEach(log::warn);
            if (options.logging().statistics()) {
                System.out.print(result.stats());
            }
        }
        log.info("Pre-dumping finished successfully");
    }
}
