package io.godwit.target.plan;

import java.util.List;

/**
 * What the agent may hand on.
 *
 * @param permitted its permitted set; bit n stands for capability n
 * @param bounding its bounding set
 */
public record Capabilities(long permitted, long bounding) {
    /** The set that an image has in words of 32 bits, the lowest first. */
    public static long set(List<Integer> words) {
        long low = words.size() > 0 ? Integer.toUnsignedLong(words.get(0)) : 0;
        return words.size() > 1 ? low | (long) words.get(1) << Integer.SIZE : low;
    }
}
