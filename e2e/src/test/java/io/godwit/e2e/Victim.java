package io.godwit.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/** A program of {@code e2e/src/victims}: it sets something up, is moved, and checks itself. */
record Victim(String name, Path directory) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The names of those that change all the time, so that no picture of them is true for long. */
    static final Set<String> RESTLESS =
            Set.of("blocks", "churn", "forks", "growing", "inway", "secession", "sharing", "words");

    /** The names of those that need an option to be moved, or are not the same in all. */
    static final Set<String> SPECIAL = Set.of(
            "unlinked",
            "outside",
            "locks",
            "terminal",
            "server",
            "device",
            "queue",
            "latency",
            "disowned",
            "connections",
            "talker",
            "remapped",
            "crowded",
            "cgroups");

    /** The names of all victims but the restless and the special ones. */
    static Stream<String> all() {
        try (Stream<Path> programs = Files.list(Checkout.file("e2e/target/victims"))) {
            return programs
                    .map(program -> program.getFileName().toString())
                    .filter(name -> !RESTLESS.contains(name) && !SPECIAL.contains(name))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A victim with a directory of its own, not started yet. */
    static Victim of(String name) throws IOException {
        return new Victim(name, Files.createTempDirectory("godwit-" + name + "-"));
    }

    /** The same with its directory below this one, which exists on more hosts than one. */
    static Victim in(Path parent, String name) throws IOException {
        return new Victim(name, Files.createTempDirectory(parent, name + "-"));
    }

    String[] command() {
        return new String[] {program().toString(), directory.toString()};
    }

    Path program() {
        return Checkout.file("e2e/target/victims/" + name);
    }

    /** Returns when all is set up. */
    void awaitReady() {
        boolean ready = Eventually.holds(LIMIT, () -> exists("ready") || exists("result"));
        if (!ready || exists("result")) {
            throw new AssertionError(name + " did not get ready: " + (ready ? result() : "no answer within " + LIMIT));
        }
    }

    /** Tells the victim that it has been moved, and returns what it found: {@code pass} or {@code fail: REASON}. */
    String verdict() {
        letGo();
        return Eventually.holds(LIMIT, () -> exists("result")) ? result() : "no answer within " + LIMIT;
    }

    /** Tells the victim that it has been moved, if it has not been told. */
    void letGo() {
        try {
            if (!exists("go")) {
                Files.createFile(directory.resolve("go"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String result() {
        try {
            return Files.readString(directory.resolve("result")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean exists(String file) {
        return Files.exists(directory.resolve(file));
    }

    @Override
    public void close() throws IOException {
        deleteTree(directory);
    }

    static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
