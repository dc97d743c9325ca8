package io.godwit.source.track;

import java.io.IOException;

/**
 * What of a child's memory is there at the target before any page of the child has come, since the target forks the child from
 * its parent's copy.
 */
public interface Inheritance extends AutoCloseable {
    /** Nothing is inherited. */
    Inheritance NONE = new Inheritance() {
        @Override
        public void split(long start, long end, MemoryTracker.Visitor visitor) throws IOException {
            visitor.pages(start, end, true);
        }

        @Override
        public void close() {}
    };

    /**
     * Reports the pages of a run in which each has something of the child's own: as unchanged where the target has them.
     *
     * @param start not below the end of the run that was split before; all writes to the run from now on are tracked
     */
    void split(long start, long end, MemoryTracker.Visitor visitor) throws IOException;

    @Override
    void close();
}
