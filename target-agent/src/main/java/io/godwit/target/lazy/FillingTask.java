package io.godwit.target.lazy;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.MissingPages;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A task that runs while its memory is filled. Pages that a thread waits for come first; else the lowest ones, in steps that
 * grow, as CRIU's do, from 64 KiB to 4 MiB while nobody waits.
 */
final class FillingTask implements AutoCloseable {
    private static final int MIN_STEP = 64 << 10;

    private final int pid;
    private final MissingPages missing;
    private final PendingPages pending;
    private final ReadPages source;
    private final Deque<Long> waiting = new ArrayDeque<>();
    private long step = MIN_STEP;
    private boolean gone;
    private long pages;

    /**
     * Begins with what is pending.
     *
     * @param pid in the images
     * @param missing owned by this
     * @param source shared by all tasks
     */
    FillingTask(int pid, MissingPages missing, PendingPages pending, ReadPages source) {
        this.pid = pid;
        this.missing = missing;
        this.pending = pending;
        this.source = source;
    }

    int pid() {
        return pid;
    }

    MissingPages missing() {
        return missing;
    }

    /** Whether it has all its pages, or has ended. */
    boolean done() {
        return gone || pending.isEmpty() && waiting.isEmpty();
    }

    boolean gone() {
        return gone;
    }

    /** How many pages it was given. */
    long pages() {
        return pages;
    }

    /** Whether threads of it wait by what was taken. */
    boolean isWaitedFor() {
        return !waiting.isEmpty() && !gone;
    }

    /** Takes the events that there are, and gives the pages that are waited for by now; others have their turn before those that are meanwhile. */
    void serve(Consumer<FillingTask> whenForked) throws IOException {
        takeEvents(whenForked);
        for (int left = waiting.size(); left > 0 && !gone; left--) {
            long address = waiting.element();
            if (give(address)) {
                waiting.remove();
            }
            takeEvents(whenForked);
        }
    }

    private void takeEvents(Consumer<FillingTask> whenForked) throws LinuxException {
        for (Optional<MissingPages.Event> event = missing.next(); event.isPresent(); event = missing.next()) {
            take(event.get(), whenForked);
        }
    }

    private void take(MissingPages.Event event, Consumer<FillingTask> whenForked) {
        if (event instanceof MissingPages.Fault fault) {
            waiting.add(fault.address() & -PageSink.PAGE);
        } else if (event instanceof MissingPages.Moved moved) {
            pending.move(moved.from(), moved.to(), moved.bytes());
        } else if (event instanceof MissingPages.Emptied emptied) {
            pending.remove(emptied.start(), emptied.end());
        } else if (event instanceof MissingPages.Unmapped unmapped) {
            pending.unmapped(unmapped.start(), unmapped.end());
        } else if (event instanceof MissingPages.Forked forked) {
            whenForked.accept(new FillingTask(pid, forked.child(), pending.copy(), source));
        }
    }

    /** Whether a page that is waited for is there, or its thread was told to look again. */
    private boolean give(long address) throws IOException {
        step = MIN_STEP;
        Optional<PendingPages.Run> run = pending.page(address);
        if (run.isPresent()) {
            return fill(run.get());
        }
        return settled(missing.giveZeros(address, PageSink.PAGE), address, PageSink.PAGE);
    }

    /**
     * Gives the next pages that nobody waits for.
     *
     * @return false if an event must be taken first; what was read for it stays read only until others have their turn
     */
    boolean fillMore() throws IOException {
        Optional<PendingPages.Run> next = pending.first(step);
        if (next.isPresent() && !fill(next.get())) {
            return false;
        }
        step = Math.min(ReadPages.MAX_BYTES, step + MIN_STEP);
        return true;
    }

    private boolean fill(PendingPages.Run run) throws IOException {
        ReadPages.Contents contents = source.of(pid, run.origin(), run.bytes());
        return give(run.start(), contents.address(), contents.bytes());
    }

    /** Gives pages whose contents were read; false if an event must be taken first. */
    private boolean give(long start, long local, long bytes) throws IOException {
        long at = 0;
        while (at < bytes && !gone) {
            long given = missing.give(start + at, local + at, bytes - at);
            if (given == -Errno.ENOENT.value() && bytes - at > PageSink.PAGE) {
                long half = (bytes - at) / 2 & -PageSink.PAGE;
                if (!give(start + at, local + at, half)) {
                    return false;
                }
                at += half;
            } else if (given > 0) {
                pending.remove(start + at, start + at + given);
                pages += given / PageSink.PAGE;
                at += given;
            } else if (settled(given, start + at, PageSink.PAGE)) {
                at += PageSink.PAGE;
            } else {
                return false;
            }
        }
        return true;
    }

    /**
     * Looks at what came of a page that was given.
     *
     * @return false if it must be given again
     */
    private boolean settled(long result, long start, long bytes) throws IOException {
        if (result == -Errno.EAGAIN.value()) {
            return false;
        }
        if (result == -Errno.ESRCH.value() || result == -Errno.ENOSPC.value()) {
            gone = true;
        } else if (result == -Errno.EEXIST.value() || result == -Errno.ENOENT.value()) {
            missing.wake(start, bytes);
        } else if (result < 0) {
            throw new LinuxException(
                    "give pages", String.format("0x%x of pid %d", start, pid), Errno.of((int) -result));
        }
        pending.remove(start, start + bytes);
        return true;
    }

    /** Makes sure that no page which was not given can be read: who touches one gets SIGBUS. */
    void spoil() {
        for (PendingPages.Run run : pending.all()) {
            long at = run.start();
            while (at < run.end()) {
                long done = missing.spoil(at, run.end() - at);
                at += done > 0 ? done : PageSink.PAGE;
            }
        }
    }

    @Override
    public void close() {
        missing.close();
    }
}
