package io.godwit.target.receive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of one agent's own. A lock in it, which ends with the agent however that ends, tells the next one that it
 * may be removed; pids would not do, as agents in several pid namespaces can share a file system.
 */
public final class AgentDirectory implements AutoCloseable {
    private static final String PREFIX = "agent-";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private AgentDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes one, and removes those of agents that are gone.
     *
     * @param base made where it is not there
     */
    public static AgentDirectory make(Path base) throws IOException {
        Files.createDirectories(base);
        removeAbandoned(base);
        Path path = Files.createTempDirectory(base, "");
        FileChannel channel = open(path);
        channel.lock();
        // under this name only once it is locked, so that no other agent takes it for abandoned
        return new AgentDirectory(Files.move(path, base.resolve(PREFIX + path.getFileName())), channel);
    }

    private static FileChannel open(Path directory) throws IOException {
        return FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void removeAbandoned(Path base) throws IOException {
        try (DirectoryStream<Path> agents = Files.newDirectoryStream(base, PREFIX + "*")) {
            for (Path agent : agents) {
                removeIfAbandoned(agent);
            }
        }
    }

    private static void removeIfAbandoned(Path agent) throws IOException {
        try (FileChannel channel = open(agent);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                remove(agent);
            }
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            // of this virtual machine, or removed by another agent at this moment
            return;
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try {
            remove(path);
        } finally {
            lock.close();
        }
    }
}
