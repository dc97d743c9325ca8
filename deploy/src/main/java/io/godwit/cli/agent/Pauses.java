package io.godwit.cli.agent;

import java.time.Duration;

/** How long to wait before the next attempt, longer after each that failed. */
final class Pauses {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Duration next = FIRST;

    Duration next() {
        Duration pause = next;
        next = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        return pause;
    }

    /** One did not fail. */
    void reset() {
        next = FIRST;
    }
}
