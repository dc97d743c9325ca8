package io.godwit.source.precopy;

import java.util.Random;
import java.util.function.LongUnaryOperator;

/**
 * A tree with a working set and a link, in made-up time. Writes go to random pages of the working set, so a
 * page written twice counts once, as with a real tracker.
 */
final class FakeTree implements RoundSource, PreCopyControls {
    private static final long SCAN_NANOS = 1_000_000;
    private static final long ROUND_TRIP_NANOS = 300_000;
    private static final long TICK_NANOS = 100_000;

    private final boolean[] dirty;
    private final double linkPagesPerSecond;
    private final LongUnaryOperator writesPerSecondAtMillis;
    private final LongUnaryOperator workingSetAtMillis;
    private final boolean counts;
    private final Random random = new Random(20261123);
    private long now;
    private long previousScan;
    private double owedWrites;
    private int throttlePercent;
    private int madeReady;
    private boolean broughtUpToDate;
    private boolean sprinting;
    private boolean sprinted;
    private long updateNanos;
    private LongUnaryOperator readyNanosAtMillis = t -> 0;

    /**
     * A tree whose pages are all dirty.
     *
     * @param writes writes per second at a time in milliseconds
     * @param workingSet pages that are written to at a time in milliseconds
     * @param counts whether the tracker counts what is left
     */
    FakeTree(
            int pages,
            double linkPagesPerSecond,
            LongUnaryOperator writes,
            LongUnaryOperator workingSet,
            boolean counts) {
        this.dirty = new boolean[pages];
        this.linkPagesPerSecond = linkPagesPerSecond;
        this.writesPerSecondAtMillis = writes;
        this.workingSetAtMillis = workingSet;
        this.counts = counts;
        java.util.Arrays.fill(dirty, true);
    }

    @Override
    public RoundStats run(int round) {
        long scanned = now;
        long since = round == 0 ? 0 : scanned - previousScan;
        previousScan = scanned;
        long pages = dirtyPages();
        java.util.Arrays.fill(dirty, false);
        pass(SCAN_NANOS);
        long sendNanos = sendNanos(pages);
        pass(sendNanos);
        long left = counts ? dirtyPages() : RoundStats.NOT_COUNTED;
        return new RoundStats(round, pages, pages * RoundStats.PAGE_BYTES, pages, left, SCAN_NANOS, sendNanos, since);
    }

    @Override
    public void makeReady() {
        madeReady++;
        pass(readyNanosAtMillis.applyAsLong(now / 1_000_000));
    }

    /** How often. */
    int madeReady() {
        return madeReady;
    }

    @Override
    public boolean bringUpToDate() {
        broughtUpToDate = true;
        pass(updateNanos);
        return updateNanos > 0;
    }

    /** To bring up to date what was made ready takes so long each time. */
    void takeTimeToUpdate(long nanos) {
        updateNanos = nanos;
    }

    /** Whether more than what was just made ready went into the freeze. */
    boolean broughtUpToDate() {
        return broughtUpToDate;
    }

    @Override
    public RoundStats count(RoundStats last) {
        return counts ? last.withLeft(dirtyPages(), SCAN_NANOS) : last;
    }

    /** What is done before the freeze takes so long, in nanoseconds, at a time in milliseconds. */
    void takeTimeBeforeTheFreeze(LongUnaryOperator nanos) {
        readyNanosAtMillis = nanos;
    }

    @Override
    public void sprint(boolean before) {
        sprinting = before;
        sprinted |= before;
    }

    /** Whether the last thing that was said of a sprint is that there is one. */
    boolean sprinting() {
        return sprinting;
    }

    /** Whether there was one. */
    boolean sprinted() {
        return sprinted;
    }

    @Override
    public void throttle(int percent) {
        throttlePercent = percent;
    }

    /** What the copy would take if the tree were frozen now. */
    long copyNanos() {
        return SCAN_NANOS + sendNanos(dirtyPages());
    }

    long now() {
        return now;
    }

    private long sendNanos(long pages) {
        return ROUND_TRIP_NANOS + (long) (pages / linkPagesPerSecond * 1e9);
    }

    private long dirtyPages() {
        long count = 0;
        for (boolean page : dirty) {
            count += page ? 1 : 0;
        }
        return count;
    }

    private void pass(long nanos) {
        for (long end = now + nanos; now < end; ) {
            long step = Math.min(TICK_NANOS, end - now);
            long millis = now / 1_000_000;
            owedWrites += writesPerSecondAtMillis.applyAsLong(millis) * (step / 1e9) * (100 - throttlePercent) / 100;
            int set = (int) Math.min(dirty.length, workingSetAtMillis.applyAsLong(millis));
            while (owedWrites >= 1) {
                owedWrites--;
                dirty[random.nextInt(set)] = true;
            }
            now += step;
        }
    }
}
