package io.godwit.image.pages;

import io.godwit.image.ImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The checksums of all images of a directory but the pages, one line each: CRC-32C, bytes, name. */
public final class ImageChecksums {
    /** The file that they are in. */
    public static final String FILE = "images.crc32c";

    private static final long MAX_BYTES = 64L << 20;
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{8}) ([0-9]{1,18}) (\\S+)");

    private final Map<String, Sum> sums = new TreeMap<>();

    /**
     * What is known of a file.
     *
     * @param bytes its size
     */
    public record Sum(int crc, long bytes) {
        /** Of these contents. */
        public static Sum of(byte[] content) {
            CRC32C crc = new CRC32C();
            crc.update(content);
            return new Sum((int) crc.getValue(), content.length);
        }
    }

    void add(String name, byte[] content) {
        sums.put(name, Sum.of(content));
    }

    /** Writes them, beside those that are there of files which another has written. */
    void write(Path directory) throws IOException {
        Map<String, Sum> all = new TreeMap<>();
        if (Files.isRegularFile(directory.resolve(FILE))) {
            all.putAll(read(directory));
            all.keySet().removeIf(name -> !Files.exists(directory.resolve(name)));
        }
        all.putAll(sums);
        StringBuilder lines = new StringBuilder();
        all.forEach((name, sum) -> lines.append(String.format("%08x %d %s%n", sum.crc(), sum.bytes(), name)));
        NewFile.write(directory.resolve(FILE), lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Those of a directory, by the name of the image; none if whoever wrote the images wrote none, as CRIU does. */
    public static Map<String, Sum> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        Map<String, Sum> sums = new TreeMap<>();
        if (!Files.exists(file)) {
            return sums;
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new ImageException(file + ": is too long to be a list of checksums");
        }
        for (String line :
                Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList()) {
            Matcher fields = LINE.matcher(line);
            if (!fields.matches() || fields.group(3).contains("/")) {
                throw new ImageException(
                        file + ": has a line that is not a checksum, a size and a name; it is damaged");
            }
            int crc = Integer.parseUnsignedInt(fields.group(1), 16);
            sums.put(fields.group(3), new Sum(crc, Long.parseLong(fields.group(2))));
        }
        return sums;
    }
}
