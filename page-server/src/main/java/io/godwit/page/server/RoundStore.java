package io.godwit.page.server;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.ImagePayload;
import io.godwit.page.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Stores the rounds of one migration as a chain of snapshots: directories 0, 1, 2, each with a link to the one before. */
final class RoundStore {
    private final Path directory;
    private final HolePuncher dedup;
    private final ChunkDecoder chunks = new ChunkDecoder();
    private int rounds;
    private DirectorySnapshot snapshot;
    private PageSink pages;
    private PageDestination destination;
    private boolean elsewhere;

    RoundStore(Path directory, HolePuncher dedup) throws IOException {
        this.directory = directory;
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
        snapshot = DirectorySnapshot.create(directory.resolve("" + rounds), parent, dedup);
        destination = null;
        rounds++;
    }

    /** The private memory that comes in this round goes elsewhere. */
    void place(PageDestination processes) {
        destination = processes;
    }

    void beginPagemap(int kind, long id) throws IOException {
        PagemapId.Kind[] kinds = PagemapId.Kind.values();
        if (snapshot == null || pages != null || kind < 0 || kind >= kinds.length) {
            throw new ProtocolException("a pagemap came out of place");
        }
        elsewhere = destination != null && kinds[kind] == PagemapId.Kind.TASK;
        pages = elsewhere ? destination.pages(Math.toIntExact(id)) : snapshot.pages(new PagemapId(kinds[kind], id));
    }

    void pages(Frame frame) throws IOException {
        Checksum.require(frame);
        PageSink sink = open();
        ByteBuffer content = chunks.decode(frame);
        try {
            sink.data(frame.address(), content);
        } catch (IOException e) {
            throw full(e);
        }
    }

    void zero(long vaddr, int count) throws IOException {
        open().zero(vaddr, Integer.toUnsignedLong(count));
    }

    void parent(long vaddr, int count) throws IOException {
        open().parent(vaddr, Integer.toUnsignedLong(count));
    }

    void endPagemap() throws IOException {
        PageSink done = open();
        pages = null;
        done.close();
    }

    void image(Frame frame) throws IOException {
        Checksum.require(frame);
        ImagePayload image = ImagePayload.decode(frame.payload());
        if (snapshot == null) {
            throw new ProtocolException("an image came out of place");
        }
        try {
            snapshot.image(image.name(), image.content());
        } catch (IOException e) {
            throw full(e);
        }
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

    /** The directory of the round that is coming in. */
    Path currentRound() throws ProtocolException {
        if (snapshot == null || pages != null) {
            throw new ProtocolException("the tree was to grow outside of a round");
        }
        return directory.resolve("" + (rounds - 1));
    }

    /** The directory of the last round. */
    Path lastRound() throws ProtocolException {
        if (rounds == 0 || snapshot != null) {
            throw new ProtocolException("no complete round is there to restore from");
        }
        return directory.resolve("" + (rounds - 1));
    }

    /** Deletes everything. */
    void remove() throws IOException {
        if (pages != null && !elsewhere) {
            pages.close();
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

    private IOException full(IOException e) {
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return new IOException(
                "cannot store pages in " + directory + ": " + reason
                        + "; make room there or start the target agent with another --images-dir",
                e);
    }
}
