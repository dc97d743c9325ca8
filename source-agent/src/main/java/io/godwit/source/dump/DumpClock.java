package io.godwit.source.dump;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.DumpStatsEntry;
import io.godwit.image.proto.StatsEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Takes the figures of a dump. */
final class DumpClock {
    private final LongSupplier nanoTime;
    private final long begin;
    private long frozenSince;
    private long freezingNanos;
    private long frozenNanos;
    private long memoryNanos;
    private PageDumper.Counts tasks = PageDumper.Counts.NONE;
    private PageDumper.Counts shared = PageDumper.Counts.NONE;

    /** Starts with the freezing. */
    DumpClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    /** The tree stands still from now on. */
    void frozen() {
        frozenSince = nanoTime.getAsLong();
        freezingNanos = frozenSince - begin;
    }

    /** Dumps memory and returns how many pages of it. */
    interface MemoryStep {
        PageDumper.Counts run() throws IOException;
    }

    void tasks(MemoryStep step) throws IOException {
        tasks = tasks.plus(time(step));
    }

    void shared(MemoryStep step) throws IOException {
        shared = shared.plus(time(step));
    }

    private PageDumper.Counts time(MemoryStep step) throws IOException {
        long start = nanoTime.getAsLong();
        PageDumper.Counts counts = step.run();
        memoryNanos += nanoTime.getAsLong() - start;
        return counts;
    }

    /** The tree does not stand still any more. */
    void released() {
        frozenNanos = nanoTime.getAsLong() - frozenSince;
    }

    /**
     * The figures. Pages are written as they are read: a page pipe of CRIU has no counterpart here.
     *
     * @param writeNanos the part of the time for memory that went into files
     */
    DumpStatsEntry stats(long writeNanos) {
        return DumpStatsEntry.newBuilder()
                .setFreezingTime(micros(freezingNanos))
                .setFrozenTime(micros(frozenNanos))
                .setMemdumpTime(micros(memoryNanos))
                .setMemwriteTime(micros(writeNanos))
                .setPagesScanned(tasks.changed() + tasks.unchanged() + tasks.left())
                .setPagesSkippedParent(tasks.unchanged())
                .setPagesWritten(tasks.changed())
                .setIrmapResolve(0)
                .setPagesLazy(tasks.left())
                .setPagePipes(0)
                .setPagePipeBufs(0)
                .setShpagesScanned(shared.changed() + shared.unchanged())
                .setShpagesSkippedParent(shared.unchanged())
                .setShpagesWritten(shared.changed())
                .build();
    }

    static void write(DumpStatsEntry stats, Path directory) throws IOException {
        StatsEntry entry = StatsEntry.newBuilder().setDump(stats).build();
        Files.write(
                directory.resolve(ImageKind.STATS_DUMP.fileName()),
                ImageEncoder.encode(ImageKind.STATS_DUMP, List.of(entry)));
    }

    private static int micros(long nanos) {
        return (int) TimeUnit.NANOSECONDS.toMicros(nanos);
    }
}
