package io.godwit.target.restore;

/** How long a step of the restore took. */
public record StepTime(String name, long nanos) {}
