package io.godwit.source.journal;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The directories of rehearsals, beside the journals. The name of each tells whose it is: {@code rehearsal-NAMESPACE-PID-START-RANDOM}. */
final class RehearsalDirectories {
    private static final Pattern NAME = Pattern.compile("rehearsal-(\\d+)-(\\d{1,9})-(\\d{1,18})-\\d+");

    private final Path parent;
    private final String namespace;

    /** @param namespace number of the pid namespace of this process */
    RehearsalDirectories(Path parent, String namespace) {
        this.parent = parent;
        this.namespace = namespace;
    }

    /** A new one. */
    Path create(TaskIdentity agent) throws IOException {
        return Files.createTempDirectory(
                parent, "rehearsal-" + namespace + "-" + agent.pid() + "-" + agent.startTime() + "-");
    }

    /** Removes those of agents that have ended, as far as that may be done: they are in nobody's way. */
    void removeLeft() {
        for (Path entry : left()) {
            try {
                remove(entry);
            } catch (IOException | UncheckedIOException e) {
                // another agent removes it too, or it is another user's
            }
        }
    }

    private List<Path> left() {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(this::isLeft).toList();
        } catch (IOException | UncheckedIOException e) {
            // whoever looks for journals here says so
            return List.of();
        }
    }

    private boolean isLeft(Path entry) {
        Matcher name = NAME.matcher(entry.getFileName().toString());
        return name.matches()
                && name.group(1).equals(namespace)
                && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                && hasEnded(new TaskIdentity(Integer.parseInt(name.group(2)), Long.parseLong(name.group(3))));
    }

    /** One that can not be looked at is taken for alive. */
    private static boolean hasEnded(TaskIdentity agent) {
        return !Journal.lives(agent)
                && (ProcDirectory.process(agent.pid()).lives()
                        || Files.notExists(Path.of("/proc", Integer.toString(agent.pid()))));
    }

    /** Rounds were stored in it. */
    private static void remove(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
