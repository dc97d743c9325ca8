package io.godwit.page.protocol;

/** How a round is waited for. */
public enum Hurry {
    /** What others of both hosts do counts for more. */
    NONE,
    /** The tree runs and should soon be caught up with. */
    SOON,
    /** The tree stands still. */
    FROZEN;

    /** Of the count field of a ROUND. */
    public static Hurry of(int count) throws ProtocolException {
        int ordinal = count >>> Frame.HURRY_SHIFT;
        if (ordinal >= values().length) {
            throw new ProtocolException("a round came with the unknown kind " + Integer.toHexString(count));
        }
        return values()[ordinal];
    }
}
