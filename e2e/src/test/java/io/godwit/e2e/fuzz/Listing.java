package io.godwit.e2e.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What is in a directory and below, links not followed. */
final class Listing {
    private Listing() {}

    /** Names with sizes and times. */
    static Map<String, String> of(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (!Files.exists(directory)) {
            return files;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.filter(file -> !file.equals(directory)).toList()) {
                files.put(directory.relativize(file).toString(), state(file));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return files;
    }

    private static String state(Path file) throws IOException {
        String time = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toString();
        return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? time : Files.size(file) + " bytes of " + time;
    }

    static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    static void requireOnly(Path directory, String name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> !file.endsWith(name)).findAny().ifPresent(file -> {
                throw new IllegalStateException("written where nothing should be: " + file);
            });
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
