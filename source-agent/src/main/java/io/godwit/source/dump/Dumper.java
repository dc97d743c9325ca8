package io.godwit.source.dump;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.TreeCollector;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.preflight.Survey;
import io.godwit.source.preflight.TargetPid;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.UntrackedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** {@code godwit dump}: a whole tree into image files. */
public final class Dumper {
    private final DumpListener listener;

    /** One that nobody listens to. */
    public Dumper() {
        this(DumpListener.NONE);
    }

    public Dumper(DumpListener listener) {
        this.listener = listener;
    }

    /**
     * Returns when all images are complete.
     *
     * @throws IOException if anything failed; the tree runs on
     */
    public void run(DumpOptions options) throws IOException {
        TargetPid.ofThisHost().require(options.pid());
        if (!Files.isDirectory(options.directory())) {
            throw new IOException(options.directory() + ": no such directory; make it, or name another with -D");
        }
        listener.step("look at the tree");
        Survey survey = Survey.of(options.pid(), options.shellJob());
        survey.requireMovable();
        listener.step("freeze the tree");
        try (FrozenTree tree = TreeFreezer.freeze(options.pid());
                DirectorySnapshot snapshot =
                        DirectorySnapshot.create(options.directory(), Optional.empty(), HolePuncher.NONE)) {
            listener.frozen();
            listener.step("collect the tree's state");
            TreeCollector collector = new TreeCollector(tree, survey.flags());
            collector.collectTasks();
            collector.collectFiles();
            listener.step("write memory");
            PageDumper pages = new PageDumper();
            for (FrozenTask task : tree.alive()) {
                try (MemoryTracker memory = new UntrackedMemory(PagemapScanner.open(task.pid()))) {
                    pages.dumpProcess(task.pid(), collector.maps(task.pid()), memory, true, snapshot);
                }
            }
            for (SharedMemory.Segment segment : collector.sharedMemory()) {
                pages.dumpShared(segment, snapshot);
            }
            listener.step("write images");
            collector.write(snapshot);
            snapshot.finish();
            listener.imagesComplete();
            switch (options.after()) {
                case KILL -> tree.kill();
                case LEAVE_STOPPED -> tree.leaveStopped();
                case LEAVE_RUNNING -> {}
            }
        }
    }
}
