package io.godwit.page.server;

import io.godwit.image.pages.PageSink;
import java.io.IOException;

/** Takes the memory of a tree in place of a snapshot. */
@FunctionalInterface
public interface PageDestination {
    /**
     * Takes a process's private pages of a round: after all of its runs, a page that none of them named is absent.
     *
     * @param pid the process
     */
    PageSink pages(int pid) throws IOException;

    /**
     * The same of a shared memory object, in which addresses are offsets.
     *
     * @param shmid as the images of the round name it
     */
    default PageSink shared(long shmid) throws IOException {
        throw new IOException("pages of shared memory " + shmid + " came, and there is no place for them");
    }
}
