package io.godwit.criu;

import io.godwit.source.migrate.Dummy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Dumps and restores a process of its own, for all that this loads. What fails for want of rights is passed over. */
final class DumpRehearsal {
    private DumpRehearsal() {}

    /** Leaves the directory as it was. */
    static void run(CriuCommandLine criu, Path directory) throws IOException {
        Path images = Files.createDirectory(directory.resolve("images"));
        try (Dummy sleeper = Dummy.asleep(0)) {
            int pid = sleeper.pid();
            List<String> dump = List.of("dump", "-t", "" + pid, "-D", images.toString(), "-v4", "-o", "log");
            criu.run(Stream.concat(dump.stream(), Stream.of("--leave-running")).toList());
            criu.run(dump);
            sleeper.awaitEnd();
            criu.run(List.of("restore", "-d", "-D", images.toString(), "-v4", "-o", "log"));
        } finally {
            delete(images);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
