/**
 * Reads the state of a frozen tree into CRIU's images: one collector for each kind of thing. What a task
 * alone can tell of itself is asked for in one batch of the syscall machine per thread; all else is read
 * from /proc and from duplicates of its descriptors.
 */
package io.godwit.source.collect;
