package io.godwit.linux.memory;

/**
 * A run of pages of one kind.
 *
 * @param start first address
 * @param end address after the last byte
 * @param categories bits of {@link PageCategory}
 */
public record PageRange(long start, long end, long categories) {
    public boolean is(long category) {
        return (categories & category) != 0;
    }

    public long bytes() {
        return end - start;
    }
}
