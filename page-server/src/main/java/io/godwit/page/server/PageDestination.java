package io.godwit.page.server;

import io.godwit.image.pages.PageSink;
import java.io.IOException;

/** Takes the private memory of processes in place of a snapshot. */
@FunctionalInterface
public interface PageDestination {
    /**
     * Takes a process's pages of a round: after all of its runs, a page that none of them named is absent.
     *
     * @param pid the process
     */
    PageSink pages(int pid) throws IOException;
}
