package io.godwit.image;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Reads the entries of one image file. Fields that our schemas do not know are kept. */
public final class ImageReader {
    private static final int WORD = 4;
    private static final int HEADER_BYTES = 2 * WORD;

    private final Path file;
    private final ByteBuffer bytes;

    private ImageReader(Path file, ByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * An entry and the raw bytes after it.
     *
     * @param <T> the message of the kind
     */
    public record Read<T>(T message, byte[] extra) {}

    /** Opens an image of a kind of which there is one. */
    public static ImageReader open(Images images, ImageKind kind) throws IOException {
        return open(images, kind.fileName(), kind);
    }

    /** Opens an image with a number in its name. */
    public static ImageReader open(Images images, ImageKind kind, long id) throws IOException {
        return open(images, kind.fileName(id), kind);
    }

    private static ImageReader open(Images images, String name, ImageKind kind) throws IOException {
        return of(images.directory().resolve(name), images.read(name), kind);
    }

    /** As {@link #open(Images, ImageKind)}, from the files of a directory. */
    public static ImageReader open(Path directory, ImageKind kind) throws IOException {
        return open(Images.in(directory), kind);
    }

    /** As {@link #open(Images, ImageKind, long)}, from the files of a directory. */
    public static ImageReader open(Path directory, ImageKind kind, long id) throws IOException {
        return open(Images.in(directory), kind, id);
    }

    /** Opens a file. */
    public static ImageReader openFile(Path file, ImageKind kind) throws IOException {
        return of(file, DirectoryImages.content(file), kind);
    }

    /** Checks the magic numbers. */
    private static ImageReader of(Path file, byte[] content, ImageKind kind) throws IOException {
        if (kind.framing() == ImageKind.Framing.RAW) {
            throw new IllegalArgumentException(kind + " images have no entries to read");
        }
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        skipMagic(file, kind, bytes);
        return new ImageReader(file, bytes);
    }

    /** Version 1 of the format has the kind's magic alone, so both forms are taken. */
    private static void skipMagic(Path file, ImageKind kind, ByteBuffer bytes) throws ImageException {
        if (bytes.remaining() < WORD) {
            throw new ImageException(
                    file + ": has " + bytes.remaining()
                            + " bytes, which is less than the magic number of an image; it is truncated, dump or send it again");
        }
        int first = bytes.getInt(0);
        boolean framed = kind.outerMagic() != 0 && first == kind.outerMagic() && bytes.remaining() >= HEADER_BYTES;
        int magic = framed ? bytes.getInt(WORD) : first;
        if (magic != kind.magic()) {
            throw new ImageException(String.format(
                    "%s: has magic 0x%08x at byte %d where an image of kind %s has 0x%08x; it is damaged or of another kind",
                    file, magic, framed ? WORD : 0, kind, kind.magic()));
        }
        bytes.position(framed ? HEADER_BYTES : WORD);
    }

    /** Whether an image of a kind is there; where it is not, there are no entries. */
    public static boolean exists(Images images, ImageKind kind) {
        return images.has(kind.fileName());
    }

    /** All entries of a kind of which there is one image; none where it is not there. */
    public static <T extends Message> List<T> allOf(Images images, ImageKind kind, Parser<T> parser)
            throws IOException {
        return exists(images, kind) ? open(images, kind).readAll(parser) : List.of();
    }

    /** All entries of an image with a number in its name; none where it is not there. */
    public static <T extends Message> List<T> allOf(Images images, ImageKind kind, long id, Parser<T> parser)
            throws IOException {
        return images.has(kind.fileName(id)) ? open(images, kind, id).readAll(parser) : List.of();
    }

    /** All entries that are left. */
    public <T extends Message> List<T> readAll(Parser<T> parser) throws IOException {
        List<T> entries = new ArrayList<>();
        while (bytes.hasRemaining()) {
            entries.add(next(parser));
        }
        return entries;
    }

    /** The only entry of a file. */
    public <T extends Message> T one(Parser<T> parser) throws IOException {
        List<T> entries = readAll(parser);
        if (entries.size() != 1) {
            throw new ImageException(file + ": has " + entries.size() + " entries instead of one");
        }
        return entries.get(0);
    }

    /**
     * All entries that are left, each with extra bytes.
     *
     * @param extraBytes how many follow a message; 32-bit fields are unsigned in images, a negative number stands for damage
     */
    public <T extends Message> List<Read<T>> readAllWithExtra(Parser<T> parser, ToLongFunction<T> extraBytes)
            throws IOException {
        List<Read<T>> entries = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int at = bytes.position();
            T message = next(parser);
            entries.add(new Read<>(message, raw(extraBytes.applyAsLong(message), at)));
        }
        return entries;
    }

    /** The next entry. */
    public <T extends Message> T next(Parser<T> parser) throws IOException {
        int at = bytes.position();
        byte[] message = raw(bytes.remaining() < WORD ? WORD : Integer.toUnsignedLong(bytes.getInt()), at);
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new ImageException(
                    file + ": the entry at byte " + at + " can not be decoded (" + e.getMessage()
                            + "); the file is damaged, dump or send it again",
                    e);
        }
    }

    /** Raw bytes after an entry; the length is not trusted, a negative one stands for damage. */
    public byte[] extra(long length) throws IOException {
        return raw(length, bytes.position());
    }

    /** All bytes that are left. */
    public byte[] rest() throws IOException {
        return raw(bytes.remaining(), bytes.position());
    }

    public boolean hasMore() {
        return bytes.hasRemaining();
    }

    /** Where in the file the next entry begins. */
    public int position() {
        return bytes.position();
    }

    /** Takes bytes that belong to the entry at a position; the length is not trusted. */
    private byte[] raw(long length, int at) throws ImageException {
        if (length < 0 || length > bytes.remaining()) {
            throw new ImageException(file + ": the entry at byte " + at + " needs " + length + " more bytes, and "
                    + bytes.remaining() + " are there; the file is truncated or damaged, dump or send it again");
        }
        byte[] content = new byte[(int) length];
        bytes.get(content);
        return content;
    }
}
