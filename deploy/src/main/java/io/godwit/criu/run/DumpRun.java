package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Logging;
import io.godwit.criu.options.Tree;
import io.godwit.source.dump.DumpListener;
import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.OptionException;
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
        DumpOptions dump = options(options);
        WorkDirectories.requireWritable(options.directories());
        TargetPid.ofThisHost().require(dump.pid());
        OptionalInt root = OptionalInt.of(dump.pid());
        stages.reach(Stage.PRE_DUMP, root);
        if (options.processor().image()) {
            CpuInfoRun.dump(options);
        }
        new Dumper(new Listener(stages, root)).run(dump);
        log.info("Dumping finished successfully");
    }

    private static DumpOptions options(CriuOptions options) {
        Tree tree = options.tree();
        int pid = tree.pid()
                .orElseThrow(() -> new OptionException("--tree is missing: name the root of the tree by -t PID"));
        int verbosity = Math.max(0, options.logging().level() - Logging.WARNINGS);
        return new DumpOptions(pid, options.directories().images(), tree.after(), tree.shellJob(), verbosity);
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
