package io.godwit.image;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Turns entries into the bytes of an image file. */
public final class ImageEncoder {
    private static final byte[] NOTHING = {};

    private ImageEncoder() {}

    /**
     * An entry with what follows it outside of its message.
     *
     * @param extra raw bytes, by kind; empty for most
     */
    public record Entry(Message message, byte[] extra) {}

    /** The file of entries that are messages alone. */
    public static byte[] encode(ImageKind kind, Iterable<? extends Message> messages) {
        List<Entry> entries = new ArrayList<>();
        for (Message message : messages) {
            entries.add(new Entry(message, NOTHING));
        }
        return encodeEntries(kind, entries);
    }

    /** The file of entries with extra bytes. */
    public static byte[] encodeEntries(ImageKind kind, List<Entry> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            out.write(header(kind));
            for (Entry entry : entries) {
                out.write(word(entry.message().getSerializedSize()));
                CodedOutputStream coded = CodedOutputStream.newInstance(out);
                entry.message().writeTo(coded);
                coded.flush();
                out.write(entry.extra());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array can always be written", e);
        }
        return out.toByteArray();
    }

    /** The magic numbers that a file of a kind begins with. */
    public static byte[] header(ImageKind kind) {
        if (kind.framing() == ImageKind.Framing.RAW) {
            throw new IllegalArgumentException(kind + " images have no entries to write");
        }
        ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        if (kind.outerMagic() != 0) {
            header.putInt(kind.outerMagic());
        }
        header.putInt(kind.magic());
        byte[] bytes = new byte[header.position()];
        header.get(0, bytes);
        return bytes;
    }

    /** A length as it stands before an entry. */
    public static byte[] word(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
