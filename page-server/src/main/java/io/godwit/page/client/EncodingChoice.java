package io.godwit.page.client;

import io.godwit.page.protocol.Encoding;
import java.util.function.LongSupplier;

/** Chooses for each chunk how its contents are sent, and hears what came of it. */
@FunctionalInterface
interface EncodingChoice {
    /** How to send the next chunk that has contents. */
    Encoding next();

    /** What compressing a chunk gave. */
    default void compressed(Encoding encoding, int memoryBytes, int compressedBytes, long nanos) {}

    /** A chunk follows one that was not sent just before: the time between says nothing. */
    default void interrupted() {}

    /**
     * A chunk was sent.
     *
     * @param now of a clock that never goes back
     * @param blocked of the time since the connection began, what was spent in waiting for it to take more
     * @param carrying the same, in which it had something to carry that the other side had room for; asked for seldom
     */
    default void sent(int memoryBytes, int wireBytes, long now, long blocked, LongSupplier carrying) {}
}
