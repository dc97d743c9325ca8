package io.godwit.target.receive;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.Restorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Restores a made-up tree a number of times and ends it again. The first restore in a fresh virtual machine takes many times as long
 * as the next, since classes are loaded and code is interpreted, and a real tree would have to stand still meanwhile.
 */
public final class Rehearsal {
    private static final int ROUNDS = 20;

    private Rehearsal() {}

    /**
     * Rehearses; the calling thread traces the processes.
     *
     * @param directory where images may be written for a moment
     */
    public static void run(Path directory) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            Path images = Files.createTempDirectory(directory, "rehearsal-");
            try {
                new RehearsalImages(freePid()).write(images);
                Restorer.restore(images, RestoreOptions.defaults()).kill();
            } finally {
                remove(images);
            }
        }
    }

    /** From the far end of the range, where a tree that comes here is the least likely to have its pids. */
    private static int freePid() throws IOException {
        int pid = PidMax.read() - RehearsalImages.PIDS;
        while (taken(pid)) {
            pid -= RehearsalImages.PIDS;
        }
        return pid;
    }

    private static boolean taken(int first) {
        return IntStream.range(first, first + RehearsalImages.PIDS)
                .anyMatch(pid -> ProcDirectory.process(pid).exists());
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
