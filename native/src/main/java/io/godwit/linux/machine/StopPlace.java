package io.godwit.linux.machine;

/**
 * Where the instruction pointer is of a thread that has done what it was to.
 *
 * @param first address
 * @param bytes how many addresses
 */
record StopPlace(long first, long bytes) {
    boolean holds(long instruction) {
        return Long.compareUnsigned(instruction - first, bytes) < 0;
    }
}
