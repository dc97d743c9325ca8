package io.godwit.source.freeze;

/**
 * What names one task for good: a pid can be used again, but not with the same start.
 *
 * @param startTime clock ticks after boot, from /proc/PID/stat
 */
public record TaskIdentity(int pid, long startTime) {}
