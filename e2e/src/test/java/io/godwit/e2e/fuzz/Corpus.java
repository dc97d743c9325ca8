package io.godwit.e2e.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Inputs that are kept: dumps to begin with, and what once was a defect. */
final class Corpus {
    private final Path directory;

    Corpus(Path directory) {
        this.directory = directory;
    }

    /** Directories of images that Godwit wrote, of several programs. */
    List<byte[]> dumps() throws IOException {
        return List.copyOf(read(directory.resolve("dumps")).values());
    }

    /** What a target once could not bear, by the name of the file. */
    Map<String, byte[]> found(String target) throws IOException {
        Path inputs = directory.resolve("found").resolve(target);
        return Files.isDirectory(inputs) ? read(inputs) : Map.of();
    }

    private static Map<String, byte[]> read(Path directory) throws IOException {
        Map<String, byte[]> inputs = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                    inputs.put(file.getFileName().toString(), in.readAllBytes());
                }
            }
        }
        return inputs;
    }
}
