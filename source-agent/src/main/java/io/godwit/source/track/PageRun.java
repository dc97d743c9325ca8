package io.godwit.source.track;

/**
 * Pages next to each other of which the same is known.
 *
 * @param changed written since the bits were cleared
 */
record PageRun(long start, long end, boolean changed) {}
