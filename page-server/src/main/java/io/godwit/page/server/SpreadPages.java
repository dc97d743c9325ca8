package io.godwit.page.server;

import io.godwit.image.pages.PageSink;

/** A process's pages of a round, which may come in several ways at once and in any order, each page once. */
public interface SpreadPages extends PageSink {
    /**
     * One more way in, used by one thread. What came by it is a part of this when {@link #close} is called; it is not closed.
     *
     * @param own the thread that uses this
     */
    PageSink another(OwnThread own);
}
