package io.godwit.linux;

/** How a thread and its session are to stand against others for a while; what comes first goes before what comes after. */
public enum Wish {
    /** Before all that is not set up to be urgent itself, while a tree stands still. */
    URGENCY {
        @Override
        int from(int nice) {
            return Math.min(-15, nice);
        }
    },
    /**
     * Before others too, in the last rounds, as what is soon over costs others least; but with rests ({@link Standing#rest}), in which
     * the tree goes on.
     */
    HASTE {
        @Override
        int from(int nice) {
            return Math.min(-15, nice);
        }
    },
    /**
     * A third of the weight of a program that has none of its own, for what takes some seconds of processor time before a tree is touched:
     * at leisure a tree that keeps the processors busy would be waited for for half a minute.
     */
    PREPARATION {
        @Override
        int from(int nice) {
            return Math.max(5, nice);
        }
    },
    /**
     * A tenth of the weight of a program that has none of its own, while a tree runs, as what it does counts for more than how soon
     * its memory is sent.
     */
    LEISURE {
        @Override
        int from(int nice) {
            return Math.max(10, nice);
        }
    };

    /** The nice value to take, of one that is now. */
    abstract int from(int nice);
}
