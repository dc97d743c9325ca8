package io.godwit.source.migrate;

import java.io.IOException;
import java.util.Optional;

/** A process that runs, and may end or execute another program while it is read. */
interface ChangingProcess {
    /** One that is another program at each look is left for the next round. */
    int MOST_LOOKS = 3;

    /** Reads it. */
    interface Look<T> {
        T take() throws IOException;
    }

    /** Whether it has neither ended nor executed another program. */
    boolean same() throws IOException;

    /** Whether it has not ended. */
    boolean lives();

    /**
     * Looks at it, and again if it executed another program meanwhile.
     *
     * @return empty if it has ended, or changes too fast
     * @throws IOException if it can not be read though it is the same
     */
    default <T> Optional<T> look(Look<T> look) throws IOException {
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            try {
                return Optional.of(look.take());
            } catch (IOException e) {
                if (same()) {
                    throw e;
                }
                if (!lives()) {
                    break;
                }
            }
        }
        return Optional.empty();
    }
}
