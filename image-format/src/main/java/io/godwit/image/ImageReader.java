package io.godwit.image;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Reads the entries of one image file. Fields that our schemas do not know are kept. */
public final class ImageReader {
    private static final int HEADER_BYTES = 8;

    /** An image file is held in memory whole; none but pages files comes near this. */
    private static final long MAX_FILE_BYTES = 256L << 20;

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

    /** Opens a file of a kind of which there is one. */
    public static ImageReader open(Path directory, ImageKind kind) throws IOException {
        return openFile(directory.resolve(kind.fileName()), kind);
    }

    /** Opens a file with a number in its name. */
    public static ImageReader open(Path directory, ImageKind kind, long id) throws IOException {
        return openFile(directory.resolve(kind.fileName(id)), kind);
    }

    /** Opens a file and checks its magic numbers. */
    public static ImageReader openFile(Path file, ImageKind kind) throws IOException {
        byte[] content;
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ImageException(file + ": larger than any image of its kind; is it an image file?");
            }
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ImageException(file + ": no such image; is this the directory of a complete dump?", e);
        }
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        skipMagic(file, kind, bytes);
        return new ImageReader(file, bytes);
    }

    /** Version 1 of the format has the kind's magic alone, so both forms are taken. */
    private static void skipMagic(Path file, ImageKind kind, ByteBuffer bytes) throws ImageException {
        int first = bytes.remaining() >= 4 ? bytes.getInt(0) : 0;
        int second = bytes.remaining() >= HEADER_BYTES ? bytes.getInt(4) : 0;
        boolean framed = first == ImageKind.COMMON_MAGIC || first == ImageKind.SERVICE_MAGIC;
        int magic = framed ? second : first;
        if (magic != kind.magic()) {
            throw new ImageException(String.format(
                    "%s: begins with 0x%08x where an image of kind %s has 0x%08x; it is damaged or of another kind",
                    file, magic, kind, kind.magic()));
        }
        bytes.position(framed ? HEADER_BYTES : 4);
    }

    /** Whether a file of a kind is there; where it is not, there are no entries. */
    public static boolean exists(Path directory, ImageKind kind) {
        return Files.exists(directory.resolve(kind.fileName()));
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

    /** All entries that are left, each with extra bytes, of which the message tells the number. */
    public <T extends Message> List<Read<T>> readAllWithExtra(Parser<T> parser, ToLongFunction<T> extraBytes)
            throws IOException {
        List<Read<T>> entries = new ArrayList<>();
        while (bytes.hasRemaining()) {
            T message = next(parser);
            entries.add(new Read<>(message, raw(extraBytes.applyAsLong(message))));
        }
        return entries;
    }

    /** The next entry. */
    public <T extends Message> T next(Parser<T> parser) throws IOException {
        int at = bytes.position();
        byte[] message = raw(bytes.remaining() < 4 ? Integer.MAX_VALUE : Integer.toUnsignedLong(bytes.getInt()));
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new ImageException(
                    file + ": the entry at byte " + at + " can not be decoded (" + e.getMessage()
                            + "); the file is damaged",
                    e);
        }
    }

    /** All bytes that are left. */
    public byte[] rest() throws IOException {
        return raw(bytes.remaining());
    }

    public boolean hasMore() {
        return bytes.hasRemaining();
    }

    private byte[] raw(long length) throws ImageException {
        if (length > bytes.remaining()) {
            throw new ImageException(
                    file + ": ends in the middle of the entry at byte " + bytes.position() + "; it is truncated");
        }
        byte[] content = new byte[(int) length];
        bytes.get(content);
        return content;
    }
}
