package io.godwit.linux;

/** How a thread and its session are to stand against others for a while; what comes first goes before what comes after. */
enum Wish {
    /** Before all that is not set up to be urgent itself. */
    URGENCY {
        @Override
        int from(int nice) {
            return Math.min(-15, nice);
        }
    },
    /** A third of the weight of a program that has none of its own: so much gets through on a host that is busy. */
    LEISURE {
        @Override
        int from(int nice) {
            return Math.max(5, nice);
        }
    };

    /** The nice value to take, of one that is now. */
    abstract int from(int nice);
}
