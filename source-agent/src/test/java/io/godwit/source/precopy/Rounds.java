package io.godwit.source.precopy;

import java.util.ArrayList;
import java.util.List;

/** Rounds written down by hand: pages sent, left and milliseconds. */
final class Rounds {
    private final List<RoundStats> rounds = new ArrayList<>();
    private long sincePreviousNanos;

    /** A round whose tracker counted what was left. */
    Rounds add(long pages, long left, long millis) {
        return add(pages, pages * RoundStats.PAGE_BYTES, left, millis);
    }

    /** A round whose pages were not all sent as they are. */
    Rounds add(long pages, long bytes, long left, long millis) {
        long nanos = millis * 1_000_000;
        rounds.add(new RoundStats(rounds.size(), pages, bytes, pages, left, 0, nanos, sincePreviousNanos));
        sincePreviousNanos = nanos;
        return this;
    }

    /** The last round waited so long for a processor, of its time. */
    Rounds waited(long millis) {
        int last = rounds.size() - 1;
        rounds.set(last, rounds.get(last).waited(millis * 1_000_000));
        return this;
    }

    /** The last round waited so long for its limit, beneath which the connection carries so much. */
    Rounds limited(long millis, long bytesPerSecond) {
        int last = rounds.size() - 1;
        rounds.set(last, rounds.get(last).limited(millis * 1_000_000, bytesPerSecond));
        return this;
    }

    /** A round of a tracker that can not count. */
    Rounds add(long pages, long millis) {
        return add(pages, RoundStats.NOT_COUNTED, millis);
    }

    List<RoundStats> list() {
        return List.copyOf(rounds);
    }
}
