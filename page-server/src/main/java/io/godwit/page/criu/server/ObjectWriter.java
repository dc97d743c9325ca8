package io.godwit.page.criu.server;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.Ancestors;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.PagemapWriter;
import io.godwit.image.pages.ParentPages;
import io.godwit.page.criu.wire.AddPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the pagemap and the pages of one object. A run is in the pagemap only when all its contents are in the file. */
final class ObjectWriter implements AutoCloseable {
    private final Path directory;
    private final PagemapId id;
    private final Path pages;
    private final FileChannel channel;
    private final PagemapWriter pagemap;
    private final Optional<ParentPages> parent;
    private final HolePuncher dedup;
    private final Quota quota;
    private final GatheredContents gathered = new GatheredContents();
    /** What goes into the pagemap once the contents that are gathered are in the file. */
    private final List<AddPages> ended = new ArrayList<>();

    private Ancestors replaced;
    private long end;
    private long offset;
    private long charged;

    private ObjectWriter(Path directory, PagemapId id, int pagesId, HolePuncher dedup, Quota quota) throws IOException {
        this.directory = directory;
        this.id = id;
        this.dedup = dedup;
        this.quota = quota;
        this.parent = ParentPages.of(directory, id);
        this.pages = directory.resolve(ImageKind.PAGES.fileName(pagesId));
        Files.deleteIfExists(pages);
        this.channel = FileChannel.open(pages, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.pagemap = PagemapWriter.create(directory.resolve(id.pagemapFileName()), pagesId);
    }

    static ObjectWriter create(Path directory, PagemapId id, int pagesId, HolePuncher dedup, Quota quota)
            throws IOException {
        return new ObjectWriter(directory, id, pagesId, dedup, quota);
    }

    PagemapId id() {
        return id;
    }

    /** The file that contents go to. */
    Path pages() {
        return pages;
    }

    boolean hasParent() {
        return parent.isPresent();
    }

    /** Begins a run, of which the contents follow if it has any. */
    void begin(AddPages run) throws IOException {
        if (run.vaddr() < end) {
            throw new ImageException(String.format(
                    "%s: the run at 0x%x does not lie above the one before, which ends at 0x%x",
                    id.pagemapFileName(), run.vaddr(), end));
        }
        end = run.end();
        if (run.hole() && parent.isPresent()) {
            requireInParent(run);
        }
        quota.require(run.contentBytes());
        if (!run.present()) {
            ended.add(run);
            completeUnlessGathered();
        }
    }

    private void requireInParent(AddPages run) throws ImageException {
        long missing = parent.get().firstMissing(run.vaddr(), run.end());
        if (missing < run.end()) {
            throw new ImageException(String.format(
                    "%s: the page at 0x%x is said to be in the parent snapshot, which does not have it; "
                            + "start again with a full dump",
                    id.pagemapFileName(), missing));
        }
    }

    /** Takes a part of a run's contents, which must stay as it is until {@link #flush}. */
    void contents(ByteBuffer part) throws IOException {
        quota.take(part.remaining());
        gathered.add(part);
    }

    /** Writes what was taken. */
    void flush() throws IOException {
        if (!gathered.isEmpty()) {
            offset += gathered.writeTo(channel, offset);
        }
        for (AddPages run : ended) {
            complete(run);
        }
        ended.clear();
    }

    private void completeUnlessGathered() throws IOException {
        if (gathered.isEmpty()) {
            flush();
        }
    }

    /** Ends a run that has contents. */
    void end(AddPages run) throws IOException {
        ended.add(run);
        completeUnlessGathered();
    }

    private void complete(AddPages run) throws IOException {
        pagemap.add(run.vaddr(), run.nrPages(), run.flags());
        charge();
        if (run.present() && dedup != HolePuncher.NONE) {
            if (replaced == null) {
                replaced = Ancestors.of(directory, id, dedup);
            }
            replaced.punch(run.vaddr(), run.end());
        }
    }

    private void charge() throws IOException {
        quota.take(pagemap.bytes() - charged);
        charged = pagemap.bytes();
    }

    /** Completes the files. */
    @Override
    public void close() throws IOException {
        try (channel;
                pagemap) {
            flush();
            if (replaced != null) {
                replaced.flush();
            }
        }
    }
}
