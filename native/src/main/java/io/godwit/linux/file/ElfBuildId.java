package io.godwit.linux.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The build id that the linker puts into an executable or a library: a note of type NT_GNU_BUILD_ID in a
 * PT_NOTE segment (elf(5)). Reads 64-bit little-endian files, as x86-64 and arm64 have. A file that is no
 * such ELF file, or one whose headers make no sense, has no build id.
 */
public final class ElfBuildId {
    private static final int EHDR_BYTES = 64;
    private static final int PHDR_BYTES = 56;
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int PT_NOTE = 4;
    private static final int NT_GNU_BUILD_ID = 3;
    private static final String OWNER = "GNU\0";
    private static final int NOTE_HEADER_BYTES = 12;

    /** Real files have about 15; the headers of a hostile one are not worth a large read. */
    private static final int MAX_PHDRS = 512;

    /** Notes of a program take some hundred bytes; a core dump's are larger, but it has no build id. */
    private static final int MAX_NOTE_BYTES = 64 * 1024;

    /** SHA-1 gives 20, SHA-256 gives 32; the linker takes any number from the command line. */
    private static final int MAX_ID_BYTES = 64;

    private ElfBuildId() {}

    /**
     * Looks for the build id.
     *
     * @return the id in hexadecimal, as {@code readelf -n} shows it
     * @throws IOException if the file can not be read
     */
    public static Optional<String> read(FileChannel file) throws IOException {
        ByteBuffer header = read(file, 0, EHDR_BYTES);
        if (header == null
                || header.getInt(0) != MAGIC
                || header.get(4) != CLASS_64
                || header.get(5) != LITTLE_ENDIAN) {
            return Optional.empty();
        }
        long table = header.getLong(32);
        int size = Short.toUnsignedInt(header.getShort(54));
        int count = Math.min(MAX_PHDRS, Short.toUnsignedInt(header.getShort(56)));
        if (size != PHDR_BYTES) {
            return Optional.empty();
        }
        ByteBuffer segments = read(file, table, count * PHDR_BYTES);
        if (segments == null) {
            return Optional.empty();
        }
        for (int i = 0; i < count; i++) {
            int at = i * PHDR_BYTES;
            if (segments.getInt(at) == PT_NOTE) {
                Optional<String> id =
                        inSegment(file, segments.getLong(at + 8), segments.getLong(at + 32), segments.getLong(at + 48));
                if (id.isPresent()) {
                    return id;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> inSegment(FileChannel file, long offset, long bytes, long align)
            throws IOException {
        if (bytes < NOTE_HEADER_BYTES || bytes > MAX_NOTE_BYTES) {
            return Optional.empty();
        }
        ByteBuffer notes = read(file, offset, (int) bytes);
        return notes == null ? Optional.empty() : inNotes(notes, align == 8 ? 8 : 4);
    }

    private static Optional<String> inNotes(ByteBuffer notes, int align) {
        int at = 0;
        while (at + NOTE_HEADER_BYTES <= notes.limit()) {
            long nameBytes = Integer.toUnsignedLong(notes.getInt(at));
            long descriptorBytes = Integer.toUnsignedLong(notes.getInt(at + 4));
            long descriptor = alignUp(at + NOTE_HEADER_BYTES + nameBytes, align);
            long next = alignUp(descriptor + descriptorBytes, align);
            if (descriptor + descriptorBytes > notes.limit()) {
                return Optional.empty();
            }
            if (notes.getInt(at + 8) == NT_GNU_BUILD_ID && isOwner(notes, at + NOTE_HEADER_BYTES, nameBytes)) {
                return id(notes, (int) descriptor, (int) descriptorBytes);
            }
            at = (int) next;
        }
        return Optional.empty();
    }

    private static boolean isOwner(ByteBuffer notes, int at, long bytes) {
        if (bytes != OWNER.length()) {
            return false;
        }
        byte[] name = new byte[OWNER.length()];
        notes.get(at, name);
        return OWNER.equals(new String(name, StandardCharsets.US_ASCII));
    }

    private static Optional<String> id(ByteBuffer notes, int at, int bytes) {
        if (bytes == 0 || bytes > MAX_ID_BYTES) {
            return Optional.empty();
        }
        byte[] id = new byte[bytes];
        notes.get(at, id);
        return Optional.of(HexFormat.of().formatHex(id));
    }

    private static long alignUp(long value, int align) {
        return (value + align - 1) & -align;
    }

    /** A part of the file, or null when the file ends before or the offset is none. */
    private static ByteBuffer read(FileChannel file, long offset, int bytes) throws IOException {
        if (offset < 0 || offset > Long.MAX_VALUE - bytes) {
            return null;
        }
        ByteBuffer part = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (part.hasRemaining()) {
            if (file.read(part, offset + part.position()) < 0) {
                return null;
            }
        }
        return part.flip().order(ByteOrder.LITTLE_ENDIAN);
    }
}
