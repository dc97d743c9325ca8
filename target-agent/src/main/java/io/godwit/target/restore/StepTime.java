package io.godwit.target.restore;

/**
 * When a step of the restore ran.
 *
 * @param startNanos when it began, by {@link System#nanoTime()}
 */
public record StepTime(String name, long startNanos, long nanos) {}
