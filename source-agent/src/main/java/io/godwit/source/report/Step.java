package io.godwit.source.report;

/**
 * A step of the frozen path.
 *
 * @param name for example {@code collect state}
 * @param startMicros since the freeze began
 * @param micros how long it took
 */
public record Step(Side side, String name, long startMicros, long micros) {
    /** Where it ran. */
    public enum Side {
        SOURCE,
        TARGET
    }

    public static Step source(String name, long startMicros, long micros) {
        return new Step(Side.SOURCE, name, startMicros, micros);
    }

    public static Step target(String name, long startMicros, long micros) {
        return new Step(Side.TARGET, name, startMicros, micros);
    }

    public long endMicros() {
        return startMicros + micros;
    }

    /** The same step, when the clock that it was taken with began later than the timeline. */
    public Step shifted(long micros) {
        return new Step(side, name, startMicros + micros, this.micros);
    }
}
