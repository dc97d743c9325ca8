package io.godwit.linux.check;

import java.io.IOException;

/** Tries a feature. */
@FunctionalInterface
interface Probe {
    /**
     * Tries it.
     *
     * @param subject a process to try it on
     * @return a detail worth knowing, or an empty text
     * @throws IOException if it does not work; the message says why
     */
    String run(Subject subject) throws IOException;
}
