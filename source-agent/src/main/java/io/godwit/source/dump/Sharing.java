package io.godwit.source.dump;

import io.godwit.source.track.Inheritance;
import io.godwit.source.track.SentPages;

/**
 * Which pages need not be sent though they were written, and what becomes of those that a process shares by copy-on-write.
 *
 * @param inherited which of them are in its parent's dump
 * @param kept they are still shared when they have been read; without that a process of which most pages are its own is read
 *     sooner, but may take more memory afterwards
 * @param sent what the process's pages held when they were sent
 */
public record Sharing(Inheritance inherited, boolean kept, SentPages sent) {
    /** A process that is dumped by itself. */
    public static final Sharing ALONE = new Sharing(Inheritance.NONE, true, SentPages.NONE);
}
