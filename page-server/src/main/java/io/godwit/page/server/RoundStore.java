package io.godwit.page.server;

import io.godwit.image.ImageException;
import io.godwit.image.Images;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.PassingSnapshot;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.ImagePayload;
import io.godwit.page.protocol.ProtocolException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Stores the rounds of one migration as a chain of snapshots: directories 0, 1, 2, each with a link to the one before. */
final class RoundStore {
    /** The most that a kernel gives (PID_MAX_LIMIT of linux/threads.h). */
    private static final long MAX_PID = 1 << 22;

    private final Path directory;
    private final HolePuncher dedup;
    private final boolean inPlace;
    private final MigrationStreams streams;
    private final ChunkDecoder chunks = new ChunkDecoder();
    private int rounds;
    private SnapshotSink snapshot;
    private PageSink pages;
    private PageDestination destination;
    private boolean elsewhere;

    /** @param inPlace only the shape of a tree is kept, and each round is read once as it comes */
    RoundStore(Path directory, MigrationStreams streams, HolePuncher dedup, boolean inPlace) throws IOException {
        this.directory = directory;
        this.inPlace = inPlace;
        this.streams = streams;
        this.dedup = dedup;
        if (Files.exists(directory)) {
            throw new IOException(directory + ": a migration of this name is going on or has left it; remove it");
        }
        Files.createDirectory(directory);
    }

    void begin(long number) throws IOException {
        if (number != rounds || snapshot != null) {
            throw new ProtocolException("round " + number + " came where round " + rounds + " was due");
        }
        Optional<Path> parent = rounds == 0 ? Optional.empty() : Optional.of(Path.of("..", "" + (rounds - 1)));
        Path round = directory.resolve("" + rounds);
        snapshot =
                inPlace ? PassingSnapshot.create(round, parent, dedup) : DirectorySnapshot.create(round, parent, dedup);
        destination = null;
        rounds++;
    }

    /** The memory that comes in this round goes elsewhere. */
    void place(PageDestination tree) {
        destination = tree;
    }

    void beginPagemap(int kind, long id) throws IOException {
        PagemapId.Kind[] kinds = PagemapId.Kind.values();
        if (snapshot == null || pages != null || kind < 0 || kind >= kinds.length) {
            throw new ProtocolException("a pagemap came out of place");
        }
        elsewhere = destination != null;
        if (!elsewhere) {
            pages = snapshot.pages(new PagemapId(kinds[kind], id));
        } else if (kinds[kind] == PagemapId.Kind.TASK) {
            pages = destination.pages(pid(id));
        } else {
            pages = destination.shared(id);
        }
        streams.open(pages instanceof SpreadPages spread ? spread : null);
    }

    private static int pid(long id) throws ProtocolException {
        if (id < 1 || id > MAX_PID) {
            throw new ProtocolException(
                    "memory of pid " + Long.toUnsignedString(id) + " came, and no process has such a pid");
        }
        return (int) id;
    }

    void pages(Frame frame) throws IOException {
        Checksum.require(frame, name());
        PageSink sink = open();
        PageBatch batch = chunks.decode(frame);
        store(() -> sink.batch(batch));
    }

    /** Returns when all pages that were sent so far are stored. */
    void awaitPages(Frame frame) throws IOException {
        if (pages == null) {
            throw new ProtocolException("it was asked for what is stored outside of a pagemap");
        }
        streams.await(frame.payload());
    }

    void endPagemap(Frame frame) throws IOException {
        PageSink done = open();
        streams.close(frame.payload());
        pages = null;
        store(done::close);
    }

    void image(Frame frame) throws IOException {
        Checksum.require(frame, name());
        ImagePayload image = ImagePayload.decode(frame.payload());
        if (snapshot == null) {
            throw new ProtocolException("an image came out of place");
        }
        store(() -> snapshot.image(image.name(), image.content()));
    }

    void end() throws IOException {
        if (snapshot == null || pages != null) {
            throw new ProtocolException("the end of a round came out of place");
        }
        snapshot.finish();
        snapshot = null;
    }

    private PageSink open() throws ProtocolException {
        if (pages == null) {
            throw new ProtocolException("pages came outside of a pagemap");
        }
        return pages;
    }

    /** The images of the round that is coming in, where a tree grows by them. */
    Images currentRound() throws ProtocolException {
        if (snapshot instanceof PassingSnapshot shape && pages == null) {
            return shape;
        }
        throw new ProtocolException("the tree was to grow outside of a round that is for it");
    }

    /** The directory of the last round. */
    Path lastRound() throws ProtocolException {
        if (rounds == 0 || snapshot != null) {
            throw new ProtocolException("no complete round is there to restore from");
        }
        return directory.resolve("" + (rounds - 1));
    }

    private String name() {
        return directory.getFileName().toString();
    }

    /** Closing completes the files, which may fail where the disk is full; they are to be deleted all the same. */
    private static void abandon(PageSink pages) {
        try {
            pages.close();
        } catch (IOException e) {
            return;
        }
    }

    /** Deletes everything. */
    void remove() throws IOException {
        if (pages != null && !elsewhere) {
            abandon(pages);
        }
        pages = null;
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Writes something into the directory. */
    private interface Write {
        void run() throws IOException;
    }

    private void store(Write write) throws IOException {
        try {
            write.run();
        } catch (IOException e) {
            throw elsewhere ? e : full(e);
        }
    }

    /** What the system says when it can not write; contents that are wrong are another matter. */
    private IOException full(IOException e) {
        if (e instanceof ImageException || e instanceof ProtocolException) {
            return e;
        }
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return new IOException(
                "cannot store pages in " + directory + ": " + reason
                        + "; make room there or start the target agent with another --images-dir",
                e);
    }
}
