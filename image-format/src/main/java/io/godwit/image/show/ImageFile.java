package io.godwit.image.show;

import com.google.protobuf.Message;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.BpfmapDataEntry;
import io.godwit.image.proto.GhostChunkEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.IpcMsg;
import io.godwit.image.proto.IpcMsgEntry;
import io.godwit.image.proto.IpcSemEntry;
import io.godwit.image.proto.IpcShmEntry;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.TcpStreamEntry;
import io.godwit.image.show.ImageEntry.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** An image file of any kind, by its name or else by its magic number. */
public final class ImageFile {
    private static final int WORD = 4;
    private static final String DATA = "extra";

    private final Path path;
    private final ImageKind kind;

    private ImageFile(Path path, ImageKind kind) {
        this.path = path;
        this.kind = kind;
    }

    /** Takes entries in the order of the file. */
    @FunctionalInterface
    public interface Visitor {
        void entry(ImageEntry entry) throws IOException;
    }

    /** Finds out the kind of a file; fails if it is none of an image. */
    public static ImageFile of(Path path) throws IOException {
        Optional<ImageKind> kind = kindOf(path);
        if (kind.isEmpty()) {
            throw new ImageException(path + ": neither its name nor its magic number is one of an image");
        }
        return new ImageFile(path, kind.get());
    }

    static Optional<ImageKind> kindOf(Path path) throws IOException {
        Path name = path.getFileName();
        Optional<ImageKind> byName = name == null ? Optional.empty() : ImageKind.ofFileName(name.toString());
        return byName.isPresent() ? byName : kindByMagic(path);
    }

    /** The second word, or in files of version 1 and the inventory the first. */
    private static Optional<ImageKind> kindByMagic(Path path) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(2 * WORD);
        }
        ByteBuffer words = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = WORD; at >= 0; at -= WORD) {
            Optional<ImageKind> kind =
                    head.length >= at + WORD ? ImageKind.ofMagic(words.getInt(at)) : Optional.empty();
            if (kind.isPresent()) {
                return kind;
            }
        }
        return Optional.empty();
    }

    public Path path() {
        return path;
    }

    public ImageKind kind() {
        return kind;
    }

    /** Whether it holds bytes alone. */
    public boolean raw() {
        return kind.framing() == ImageKind.Framing.RAW;
    }

    /** All entries; none of a raw file. */
    public List<ImageEntry> entries() throws IOException {
        List<ImageEntry> entries = new ArrayList<>();
        visit(entries::add);
        return entries;
    }

    /** Visits the entries; where the file is damaged, those before the damage were visited when it fails. */
    public void visit(Visitor visitor) throws IOException {
        if (raw()) {
            return;
        }
        ImageReader reader = ImageReader.openFile(path, kind);
        Message type = EntryTypes.of(kind);
        while (reader.hasMore()) {
            Message message = reader.next(type.getParserForType());
            visitor.entry(new ImageEntry(message, payloads(message, reader)));
            nested(message, reader, visitor);
            if (kind == ImageKind.PAGEMAP || kind == ImageKind.PAGEMAP_SHMEM) {
                type = PagemapEntry.getDefaultInstance();
            }
        }
    }

    private List<Payload> payloads(Message message, ImageReader reader) throws IOException {
        if (message instanceof PipeDataEntry pipe) {
            return List.of(payload(reader, DATA, pipe, PipeDataEntry::getBytes));
        }
        if (message instanceof SkPacketEntry packet) {
            return List.of(payload(reader, DATA, packet, SkPacketEntry::getLength));
        }
        if (message instanceof TcpStreamEntry stream) {
            return List.of(
                    payload(reader, "inq", stream, TcpStreamEntry::getInqLen),
                    payload(reader, "outq", stream, TcpStreamEntry::getOutqLen));
        }
        if (message instanceof BpfmapDataEntry map) {
            return List.of(
                    payload(reader, "keys", map, BpfmapDataEntry::getKeysBytes),
                    payload(reader, "values", map, BpfmapDataEntry::getValuesBytes));
        }
        if (message instanceof IpcSemEntry semaphores) {
            return List.of(new Payload(DATA, reader.extra(align(unsigned(semaphores.getNsems()) * 2, 8))));
        }
        if (message instanceof IpcShmEntry shm && !shm.getInPagemaps()) {
            return List.of(new Payload(DATA, reader.extra(align(shm.getSize(), 4))));
        }
        if (message instanceof GhostFileEntry ghost && !ghost.getChunks() && reader.hasMore()) {
            return List.of(new Payload(DATA, reader.rest()));
        }
        return List.of();
    }

    private static <T> Payload payload(ImageReader reader, String name, T message, ToIntFunction<T> length)
            throws IOException {
        return new Payload(name, reader.extra(unsigned(length.applyAsInt(message))));
    }

    /** Entries of another message that belong to the one before. */
    private static void nested(Message message, ImageReader reader, Visitor visitor) throws IOException {
        if (message instanceof IpcMsgEntry queue) {
            for (long i = 0; i < unsigned(queue.getQnum()); i++) {
                IpcMsg text = reader.next(IpcMsg.parser());
                byte[] data = reader.extra(align(unsigned(text.getMsize()), 8));
                visitor.entry(new ImageEntry(text, List.of(new Payload(DATA, data))));
            }
        }
        while (message instanceof GhostFileEntry && reader.hasMore()) {
            GhostChunkEntry chunk = reader.next(GhostChunkEntry.parser());
            visitor.entry(new ImageEntry(chunk, List.of(new Payload(DATA, reader.extra(chunk.getLen())))));
        }
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }

    /** Sums that overflow are negative, which the reader refuses. */
    private static long align(long bytes, int to) {
        return bytes < 0 ? bytes : bytes + to - 1 & -to;
    }
}
