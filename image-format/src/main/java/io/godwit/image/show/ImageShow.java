package io.godwit.image.show;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes all entries of an image, or of all images in a directory. */
public final class ImageShow {
    private static final int PREFIX_BYTES = 16;
    private static final int PAGE_BYTES = 4096;
    private static final String INDENT = "    ";

    private ImageShow() {}

    /**
     * One line of JSON: of a file {@code {"magic": ..., "entries": [...]}} with the values as they are in the image, of a
     * directory a list of these under {@code images}.
     */
    public static void json(Path path, Appendable out) throws IOException {
        if (!Files.isDirectory(path)) {
            jsonFile(path, out);
            out.append('\n');
            return;
        }
        String before = "{\"images\": [";
        for (Path file : images(path)) {
            out.append(before);
            jsonFile(file, out);
            before = ",\n";
        }
        out.append("]}\n");
    }

    /** Text, a field a line, with names for flags and numbers. */
    public static void text(Path path, Appendable out) throws IOException {
        for (Path file : Files.isDirectory(path) ? images(path) : List.of(path)) {
            textFile(file, out);
        }
    }

    /** The files of a directory that are images by their name or their end, in the order of the names. */
    static List<Path> images(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
        files.removeIf(file -> {
            String name = file.getFileName().toString();
            return !name.endsWith(".img") && ImageKind.ofFileName(name).isEmpty();
        });
        if (files.isEmpty()) {
            throw new ImageException(directory + ": holds no image files; name the directory of a dump");
        }
        return files;
    }

    private static void jsonFile(Path path, Appendable out) throws IOException {
        ImageFile image = imageOrNull(path);
        if (image == null || image.raw()) {
            JsonText.write(out, rawSummary(path));
            return;
        }
        out.append("{\"magic\": ");
        JsonText.write(out, magicName(image.kind()));
        out.append(", \"file\": ");
        JsonText.write(out, path.getFileName().toString());
        out.append(", \"entries\": [");
        MessageTree tree = new MessageTree(false);
        String[] before = {""};
        image.visit(entry -> {
            out.append(before[0]);
            JsonText.write(out, tree.of(entry));
            before[0] = ",\n";
        });
        out.append("]}");
    }

    private static void textFile(Path path, Appendable out) throws IOException {
        ImageFile image = imageOrNull(path);
        out.append(PlainText.printable(path.getFileName().toString()));
        if (image == null || image.raw()) {
            out.append(" (raw)\n");
            PlainText.write(out, rawSummary(path), INDENT);
            return;
        }
        out.append(" (").append(magicName(image.kind())).append(")\n");
        MessageTree tree = new MessageTree(true);
        int[] number = {0};
        image.visit(entry -> {
            number[0]++;
            out.append("  entry ").append(Integer.toString(number[0])).append('\n');
            PlainText.write(out, tree.of(entry), INDENT);
        });
    }

    /** Null for the files that other tools wrote, such as those of a network namespace. */
    private static ImageFile imageOrNull(Path path) throws IOException {
        boolean dumped = path.getFileName().toString().endsWith(".img");
        return dumped && ImageFile.kindOf(path).isEmpty() ? null : ImageFile.of(path);
    }

    private static Map<String, Object> rawSummary(Path path) throws IOException {
        Map<String, Object> summary = new LinkedHashMap<>();
        long size = Files.size(path);
        summary.put("file", path.getFileName().toString());
        summary.put("bytes", size);
        if (ImageFile.kindOf(path).isPresent()) {
            summary.put("pages", size / PAGE_BYTES);
        }
        try (InputStream in = Files.newInputStream(path)) {
            summary.put("prefix", HexFormat.of().formatHex(in.readNBytes(PREFIX_BYTES)));
        }
        return summary;
    }

    /** As CRIU's tool calls a kind. */
    static String magicName(ImageKind kind) {
        return switch (kind) {
            case STATS_DUMP, STATS_RESTORE -> "STATS";
            case PAGEMAP_SHMEM -> "PAGEMAP";
            case BINFMT_MISC_DEVICE -> "BINFMT_MISC";
            case THREAD_SIGNAL -> "SIGNAL";
            default -> kind.name();
        };
    }
}
