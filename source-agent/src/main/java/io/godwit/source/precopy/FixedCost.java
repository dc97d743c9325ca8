package io.godwit.source.precopy;

import java.time.Duration;

/**
 * A first guess of the part of the downtime that does not depend on the number of dirty pages. Once a part
 * was measured (the round trip to the target, say), the caller adds that instead.
 */
public final class FixedCost {
    /** Handover messages, the last image files and the commit: what an empty tree needs. */
    private static final Duration BASE = Duration.ofMillis(10);

    /** One machine batch that collects a task, one that finishes it at the target. */
    private static final Duration PER_TASK = Duration.ofMillis(2);

    /** Interrupt, registers and FPU state at both ends: a few ptrace calls of some 10 us each. */
    private static final Duration PER_THREAD = Duration.ofNanos(300_000);

    private FixedCost() {}

    /** The guess for a tree. */
    public static Duration estimate(int tasks, int threads) {
        return BASE.plus(PER_TASK.multipliedBy(tasks)).plus(PER_THREAD.multipliedBy(threads));
    }
}
