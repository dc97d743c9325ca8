package io.godwit.image.verify;

import com.google.protobuf.Message;
import io.godwit.image.ImageKind;
import io.godwit.image.show.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All images of a directory, as far as they can be decoded. */
final class ImageSet {
    private final Path directory;
    private final Map<Path, List<Message>> messages = new TreeMap<>();
    private final Set<Path> damaged = new HashSet<>();

    private ImageSet(Path directory) {
        this.directory = directory;
    }

    /** Decodes all; what can not be is a finding, and what comes before the damage is kept. */
    static ImageSet load(Path directory, Findings findings) throws IOException {
        ImageSet set = new ImageSet(directory);
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            if (ImageKind.ofFileName(file.getFileName().toString()).isPresent()) {
                set.decode(file, findings);
            }
        }
        return set;
    }

    private void decode(Path file, Findings findings) {
        List<Message> entries = new ArrayList<>();
        messages.put(file, entries);
        try {
            ImageFile.of(file).visit(entry -> entries.add(entry.message()));
        } catch (IOException e) {
            damaged.add(file);
            findings.add(file, e);
        }
    }

    Path directory() {
        return directory;
    }

    Path file(ImageKind kind) {
        return directory.resolve(kind.fileName());
    }

    Path file(ImageKind kind, int id) {
        return directory.resolve(kind.fileName(Integer.toUnsignedLong(id)));
    }

    /** The file of another kind with the same number in its name. */
    Path sibling(Path file, ImageKind kind) {
        return directory.resolve(
                kind.fileName(Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""))));
    }

    Set<Path> files() {
        return messages.keySet();
    }

    boolean has(Path file) {
        return messages.containsKey(file);
    }

    /** Whether a file is there and whole, so that what it lacks is lacking. */
    boolean sound(Path file) {
        return has(file) && !damaged.contains(file);
    }

    /** The entries of a type in a file; none if the file is not there. */
    <T extends Message> List<T> all(Path file, Class<T> type) {
        return messages.getOrDefault(file, List.of()).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    <T extends Message> Optional<T> one(Path file, Class<T> type) {
        return all(file, type).stream().findFirst();
    }
}
