package io.godwit.target.lazy;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.Fd;
import io.godwit.linux.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fills the memory of a tree that is being restored, and runs then. If it can not, the tree is ended: it can not go on without its memory,
 * and must not take zeros for it.
 */
public final class MemoryFiller implements AutoCloseable {
    private final LazyImages images;
    private final PageSource source;
    private final Consumer<String> log;
    private final RestoreSocket socket;
    private final TreeGuard guard;
    private final ReadPages contents;
    private final List<FillingTask> tasks = new ArrayList<>();
    private final Poll poll = new Poll();
    private Optional<PageSource.Page> left = Optional.empty();
    private boolean restored;
    private long pages;
    private int turn;

    private MemoryFiller(
            LazyImages images, PageSource source, RestoreSocket socket, TreeGuard guard, Consumer<String> log) {
        this.images = images;
        this.source = source;
        this.contents = new ReadPages(source);
        this.socket = socket;
        this.guard = guard;
        this.log = log;
    }

    /**
     * Begins to listen for a restore that is given the same work directory.
     *
     * @throws IOException if contents of pages stayed with the process that was dumped
     */
    public static MemoryFiller ofImages(LazyImages images, Path workDirectory, Consumer<String> log)
            throws IOException {
        return listen(images, images.contents(), workDirectory, log);
    }

    /** The same with contents that are fetched from elsewhere. */
    public static MemoryFiller fetching(
            LazyImages images, FetchedPages source, Path workDirectory, Consumer<String> log) throws IOException {
        return listen(images, source, workDirectory, log);
    }

    private static MemoryFiller listen(LazyImages images, PageSource source, Path workDirectory, Consumer<String> log)
            throws IOException {
        try {
            RestoreSocket socket = RestoreSocket.listen(workDirectory);
            try {
                return new MemoryFiller(images, source, socket, TreeGuard.start(), log);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            source.close();
            throw e;
        }
    }

    /**
     * Waits for the restore, and returns when all tasks have their pages or have ended; gives how many pages they were given.
     *
     * @throws IOException if that failed: the tree has been ended; or all is filled, and whether the source knows it is uncertain
     */
    public long run() throws IOException {
        fill();
        finish();
        return pages;
    }

    private void fill() throws IOException {
        try {
            socket.accept();
            while (!restored || !tasks.isEmpty()) {
                takeTurn();
            }
            guard.release();
        } catch (IOException | RuntimeException e) {
            endTree(e);
            throw e;
        }
    }

    /** The tree needs the source no more: whatever comes of this, it runs on. */
    private void finish() throws IOException {
        try {
            source.finish(left);
        } catch (IOException e) {
            throw new IOException(
                    "all memory is there and the tree runs; whether the dump ended its own tree is not known, look there: "
                            + e.getMessage(),
                    e);
        }
    }

    private void endTree(Exception cause) {
        tasks.forEach(FillingTask::spoil);
        try {
            guard.endTree();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        if (restored) {
            log.accept("the restored tree was ended, as it does not have all of its memory");
        }
    }

    private void takeTurn() throws IOException {
        List<Fd> descriptors = new ArrayList<>();
        tasks.forEach(task -> descriptors.add(task.missing().descriptor()));
        if (!restored) {
            descriptors.add(socket.descriptor());
        }
        boolean busy = restored || socket.hasWord() || tasks.stream().anyMatch(FillingTask::isWaitedFor);
        boolean[] ready = poll.await(descriptors, busy ? 0 : -1);
        boolean served = false;
        for (int i = 0; i < descriptors.size(); i++) {
            if (i < tasks.size()
                    && descriptors.get(i) == tasks.get(i).missing().descriptor()
                    && (ready[i] || tasks.get(i).isWaitedFor())) {
                tasks.get(i).serve(this::forked);
                served = true;
            }
        }
        if (!restored && (socket.hasWord() || ready[descriptors.size() - 1])) {
            take(socket.word());
        } else if (restored && !served && !tasks.isEmpty()) {
            turn %= tasks.size();
            turn += tasks.get(turn).fillMore() ? 1 : 0;
        }
        if (restored) {
            endFilled();
        }
        guard.lookForChildren();
    }

    private void forked(FillingTask child) {
        tasks.add(child);
        guard.expectChild(child.missing().descriptor());
    }

    private void take(RestoreSocket.Word word) throws IOException {
        if (word instanceof RestoreSocket.Left task) {
            try {
                take(task);
            } catch (IOException e) {
                task.pidfd().close();
                task.missing().close();
                throw e;
            }
            socket.taken();
        } else if (word instanceof RestoreSocket.Restored) {
            restored = true;
            log.accept("the tree is restored; its memory is filled while it runs");
        }
    }

    private void take(RestoreSocket.Left task) throws IOException {
        PendingPages pending = images.pending(task.pid());
        log.accept("pid " + task.pid() + ": " + pending.pages() + " pages to fill");
        guard.hold(task.pid(), task.pidfd(), task.missing().descriptor());
        Optional<PendingPages.Run> first = pending.first(PageSink.PAGE);
        left = left.or(() -> first.map(run -> new PageSource.Page(task.pid(), run.origin())));
        tasks.add(new FillingTask(task.pid(), task.missing(), pending, contents));
    }

    private void endFilled() throws IOException {
        for (FillingTask task : List.copyOf(tasks)) {
            if (task.done()) {
                log.accept("pid " + task.pid() + ": " + task.pages() + " pages were given"
                        + (task.gone() ? "; it has ended" : ""));
                pages += task.pages();
                guard.letGo(task.missing().descriptor());
                task.close();
                tasks.remove(task);
            }
        }
    }

    @Override
    public void close() throws IOException {
        tasks.forEach(FillingTask::close);
        socket.close();
        source.close();
        guard.close();
    }
}
