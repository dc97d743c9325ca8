package io.godwit.source.track;

import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;
import java.util.List;

/** Tracks the writes of one process. Used by one thread. */
public interface MemoryTracker extends AutoCloseable {
    /** Takes the pages that a process has of its own, in ascending order. */
    interface Visitor {
        /**
         * A run of pages.
         *
         * @param changed not known to be as when they were last reported
         */
        void pages(long start, long end, boolean changed) throws IOException;

        /** What is mapped in a range is another mapping than before; its pages are reported afterwards. */
        default void mappedAnew(long start, long end) {}
    }

    /**
     * Begins a round.
     *
     * @param maps the mappings of the process
     * @return the mappings to be scanned in this round, ascending: these, or newer ones
     */
    default List<Vma> begin(List<Vma> maps, Pass pass) throws IOException {
        return maps;
    }

    /**
     * Reports the pages of a mapping that hold data of the process's own, and from now on takes all of them
     * as unchanged until they are written: the caller reads them after this call, so that a write that it
     * might miss counts as one.
     */
    void scan(Vma vma, VmaKind kind, Pass pass, Visitor visitor) throws IOException;

    /**
     * Reports which parts of a mapping of shared memory without a name may have been written through it since the last scan, or that this can not
     * be told, as {@link Visitor#mappedAnew}; and begins to track it anew. It comes after {@link #begin}, and {@link #end} must come
     * again after it.
     */
    default void scanShared(Vma vma, Pass pass, Visitor visitor) throws IOException {
        visitor.mappedAnew(vma.start(), vma.end());
    }

    /**
     * Counts the pages of a shared mapping that were written through it since the last scan, as far as this tracker can tell without
     * one.
     */
    default long countWrittenShared(Vma vma) throws IOException {
        return 0;
    }

    /** A page that was reported in this round could not be read any more, so that nobody has it. */
    default void unread(long page) {}

    /** Ends a round: all mappings were scanned. */
    default void end(Pass pass) throws IOException {}

    /**
     * Counts the pages written since the last scan, without taking note of them.
     *
     * @return {@link #NOT_COUNTED} if this tracker can not tell without a scan
     */
    long countWritten(Vma vma, VmaKind kind) throws IOException;

    /** Answer of {@link #countWritten}. */
    long NOT_COUNTED = -1;

    /** How many mappings have been found that were not tracked, so that they are new though their addresses may not be. */
    default long mappedAnew() {
        return 0;
    }

    /** Whether the process still has the memory that this tracks: execve(2) gives it another. */
    boolean current() throws IOException;

    /** Stops tracking; the process is as if it had never been tracked. */
    @Override
    void close();
}
