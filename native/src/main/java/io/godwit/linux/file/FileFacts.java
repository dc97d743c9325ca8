package io.godwit.linux.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What two hosts compare to learn whether a path names the same file on both. An executable or library is
 * told by its build id, other files of up to {@link #MAX_CRC_BYTES} by a checksum, anything else by its size.
 *
 * @param size bytes; 0 for what is not a regular file
 * @param mode type and permission bits as in stat(2)
 * @param buildId of an ELF file that has one, in hexadecimal
 * @param crc32c of a regular file without build id that is not too large, unsigned 32 bits
 */
public record FileFacts(long size, int mode, Optional<String> buildId, Optional<Long> crc32c) {
    /** Above this, reading the file would hold up the pre-flight for too long. */
    public static final long MAX_CRC_BYTES = 64L << 20;

    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int CHUNK_BYTES = 256 * 1024;

    /**
     * Looks at a file, following links. Reads regular files only: opening a FIFO would wait for ever.
     *
     * @throws IOException if there is no such file or it can not be read
     */
    public static FileFacts of(Path path) throws IOException {
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        if (!isRegular(mode)) {
            return new FileFacts(0, mode, Optional.empty(), Optional.empty());
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = file.size();
            Optional<String> buildId = ElfBuildId.read(file);
            Optional<Long> crc = buildId.isEmpty() && size <= MAX_CRC_BYTES ? checksum(file) : Optional.empty();
            return new FileFacts(size, mode, buildId, crc);
        }
    }

    /** Size and mode alone, for a file that is written to and so has no checksum worth comparing. */
    public static FileFacts withoutContent(Path path) throws IOException {
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        return new FileFacts(isRegular(mode) ? Files.size(path) : 0, mode, Optional.empty(), Optional.empty());
    }

    public boolean isRegular() {
        return isRegular(mode);
    }

    /**
     * What differs from the same path on the other host, in words that go after "here and there"; empty
     * when nothing that is known differs. Permissions are not compared.
     *
     * @param here name of this host in the words, for example {@code the source}
     * @param there name of the other host
     */
    public Optional<String> difference(FileFacts other, String here, String there) {
        if ((mode & TYPE_MASK) != (other.mode & TYPE_MASK)) {
            return Optional.of(words("a " + type(), here, "a " + other.type(), there));
        }
        if (buildId.isPresent() && other.buildId.isPresent()) {
            return buildId.equals(other.buildId)
                    ? Optional.empty()
                    : Optional.of(words("build id " + buildId.get(), here, other.buildId.get(), there));
        }
        if (size != other.size) {
            return Optional.of(words(size + " bytes", here, other.size + " bytes", there));
        }
        if (buildId.isPresent() != other.buildId.isPresent()) {
            return Optional.of(words(
                    buildId.map(id -> "build id " + id).orElse("no build id"),
                    here,
                    other.buildId.map(id -> "build id " + id).orElse("none"),
                    there));
        }
        if (crc32c.isPresent() && other.crc32c.isPresent() && !crc32c.equals(other.crc32c)) {
            return Optional.of(String.format(
                    "same size but other content (CRC32C %08x on %s, %08x on %s)",
                    crc32c.get(), here, other.crc32c.get(), there));
        }
        return Optional.empty();
    }

    private static boolean isRegular(int mode) {
        return (mode & TYPE_MASK) == REGULAR;
    }

    private String type() {
        return switch (mode & TYPE_MASK) {
            case REGULAR -> "regular file";
            case 0040000 -> "directory";
            case 0020000 -> "character device";
            case 0060000 -> "block device";
            case 0010000 -> "FIFO";
            case 0140000 -> "socket";
            default -> "file of unknown type";
        };
    }

    private static String words(String mine, String here, String others, String there) {
        return mine + " on " + here + ", " + others + " on " + there;
    }

    private static Optional<Long> checksum(FileChannel file) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long at = 0;
        while (at < MAX_CRC_BYTES) {
            int count = file.read(chunk.clear(), at);
            if (count < 0) {
                return Optional.of(crc.getValue());
            }
            crc.update(chunk.flip());
            at += count;
        }
        return Optional.empty();
    }
}
