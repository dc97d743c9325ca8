package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.plugin.Plugin;
import io.godwit.source.dump.DumpListener;
import io.godwit.source.dump.DumpResult;
import io.godwit.source.dump.Dumper;
import io.godwit.source.dump.LeftMemory;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.preflight.TargetPid;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** {@code dump}. */
final class DumpRun {
    private final CriuLog log;
    private final Set<String> external;

    /** @param external resources beside those of the options, as {@link io.godwit.source.options.FileOptions} has them */
    DumpRun(CriuLog log, Set<String> external) {
        this.log = log;
        this.external = external;
    }

    void run(CriuOptions options, Stages stages) throws IOException {
        try (Plugins plugins = Plugins.load(options.directories().plugins(), log)) {
            run(options, stages, plugins.all());
        }
        log.info("Dumping finished successfully");
    }

    private void run(CriuOptions options, Stages stages, List<Plugin> plugins) throws IOException {
        DumpOptions dump = EngineOptions.dump(options, plugins, external);
        dump = dump.withFiles(dump.files().withOrphans(stages.allowsOrphanTerminals()));
        WorkDirectories.requireWritable(options.directories());
        TargetPid.ofThisHost().require(dump.pid());
        OptionalInt root = OptionalInt.of(dump.pid());
        Optional<MemoryServing> serving =
                options.memory().lazy() ? Optional.of(new MemoryServing(options, log)) : Optional.empty();
        stages.reach(Stage.PRE_DUMP, root);
        if (options.processor().image()) {
            CpuInfoRun.dump(options);
        }
        try (PageDestination pages = PageDestination.of(options, dump.pid())) {
            DumpResult result = new Dumper(new Listener(stages, root, plugins, serving), pages::snapshot).run(dump);
            result.warnings().forEach(log::warn);
            if (options.logging().statistics()) {
                System.out.print(result.stats());
            }
        }
    }

    private final class Listener implements DumpListener {
        private final Stages stages;
        private final OptionalInt root;
        private final List<Plugin> plugins;
        private final Optional<MemoryServing> serving;
        private boolean locked;

        Listener(Stages stages, OptionalInt root, List<Plugin> plugins, Optional<MemoryServing> serving) {
            this.stages = stages;
            this.root = root;
            this.plugins = plugins;
            this.serving = serving;
        }

        @Override
        public void step(String name) {
            log.info(name);
        }

        @Override
        public void freezing(List<Integer> pids) throws IOException {
            Plugins.each(plugins, pids, Plugin::pauseDevices);
        }

        @Override
        public void frozen(List<Integer> pids) throws IOException {
            Plugins.each(plugins, pids, Plugin::checkpointDevices);
        }

        @Override
        public void lockNetwork() throws IOException {
            stages.reach(Stage.NETWORK_LOCK, root);
            locked = true;
        }

        @Override
        public boolean namesExternalFiles() {
            return stages.namesExternalFiles();
        }

        @Override
        public Set<String> externalFiles() throws IOException {
            return EngineOptions.external(stages.queryExternalFiles());
        }

        @Override
        public void runOn(List<Integer> pids) {
            unlockNetwork();
            for (Plugin plugin : plugins) {
                for (int pid : pids) {
                    try {
                        plugin.resumeDevices(pid);
                    } catch (IOException e) {
                        log.warn(e.getMessage());
                    }
                }
            }
        }

        private void unlockNetwork() {
            if (locked) {
                try {
                    stages.reach(Stage.NETWORK_UNLOCK, root);
                } catch (RefusedException e) {
                    log.warn(e.getMessage());
                }
            }
        }

        @Override
        public boolean servesMemory() {
            return serving.isPresent();
        }

        @Override
        public void serve(LeftMemory memory) throws IOException {
            serving.orElseThrow().serve(memory, () -> stages.reach(Stage.STATUS_READY, root));
        }

        @Override
        public void imagesComplete() throws IOException {
            stages.reach(Stage.POST_DUMP, root);
        }
    }
}
