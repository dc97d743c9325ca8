package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.source.dump.DumpListener;
import io.godwit.source.dump.DumpResult;
import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.preflight.TargetPid;
import java.io.IOException;
import java.util.OptionalInt;

/** {@code dump}. */
final class DumpRun {
    private final CriuLog log;

    DumpRun(CriuLog log) {
        this.log = log;
    }

    void run(CriuOptions options, Stages stages) throws IOException {
        DumpOptions dump = EngineOptions.dump(options);
        WorkDirectories.requireWritable(options.directories());
        TargetPid.ofThisHost().require(dump.pid());
        OptionalInt root = OptionalInt.of(dump.pid());
        stages.reach(Stage.PRE_DUMP, root);
        if (options.processor().image()) {
            CpuInfoRun.dump(options);
        }
        try (PageDestination pages = PageDestination.of(options, dump.pid())) {
            DumpResult result = new Dumper(new Listener(stages, root), pages::snapshot).run(dump);
            result.warnings().forEach(log::warn);
            if (options.logging().statistics()) {
                System.out.print(result.stats());
            }
        }
        log.info("Dumping finished successfully");
    }

    private final class Listener implements DumpListener {
        private final Stages stages;
        private final OptionalInt root;

        Listener(Stages stages, OptionalInt root) {
            this.stages = stages;
            this.root = root;
        }

        @Override
        public void step(String name) {
            log.info(name);
        }

        @Override
        public void frozen() throws IOException {
            stages.queryExternalFiles();
        }

        @Override
        public void imagesComplete() throws IOException {
            stages.reach(Stage.POST_DUMP, root);
        }
    }
}
