package io.godwit.source.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Stamps the steps of the frozen path. All memory is taken before the freeze: a stamp is two stores and a
 * look at the clock. {@link #begin} starts a step and ends the one before it.
 */
public final class StepTimer {
    private final LongSupplier nanoClock;
    private final String[] names;
    private final long[] starts;
    private int count;
    private long end;
    private boolean ended;

    /**
     * A timer that has not begun.
     *
     * @param capacity the most steps that will be begun
     * @param nanoClock {@code System::nanoTime}, or a test's
     */
    public StepTimer(int capacity, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.names = new String[capacity];
        this.starts = new long[capacity];
    }

    /** Ends the step before, if any, and starts this one. */
    public void begin(String name) {
        long now = nanoClock.getAsLong();
        if (ended || count == names.length) {
            throw new IllegalStateException("no room for step '" + name + "' after " + count + " steps");
        }
        names[count] = name;
        starts[count] = now;
        count++;
    }

    /** Ends the last step. */
    public void end() {
        end = nanoClock.getAsLong();
        ended = true;
    }

    /** From the first step's start until {@link #end}, in nanoseconds. */
    public long totalNanos() {
        requireEnd();
        return count == 0 ? 0 : end - starts[0];
    }

    /** The clock's reading when a step began, to place what the other host measured. */
    public long startNanos(int step) {
        return starts[step];
    }

    /** The steps on this host's side, times since the first began. */
    public List<Step> steps(Step.Side side) {
        requireEnd();
        List<Step> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long until = i + 1 < count ? starts[i + 1] : end;
            long start = micros(starts[i] - starts[0]);
            steps.add(new Step(side, names[i], start, micros(until - starts[0]) - start));
        }
        return steps;
    }

    private void requireEnd() {
        if (!ended) {
            throw new IllegalStateException("the steps have not ended");
        }
    }

    private static long micros(long nanos) {
        return nanos / 1000;
    }
}
