package io.godwit.linux;

/** What those who stand somehow wish, of which the strongest holds. */
final class Wishes {
    private final int[] holders = new int[Wish.values().length];

    void enter(Wish wish) {
        holders[wish.ordinal()]++;
    }

    void leave(Wish wish) {
        holders[wish.ordinal()]--;
    }

    boolean isEmpty() {
        for (int count : holders) {
            if (count > 0) {
                return false;
            }
        }
        return true;
    }

    /** The nice value to take, of one that is at home; that of home if nothing is wished. */
    int from(int home) {
        for (Wish wish : Wish.values()) {
            if (holders[wish.ordinal()] > 0) {
                return wish.from(home);
            }
        }
        return home;
    }
}
