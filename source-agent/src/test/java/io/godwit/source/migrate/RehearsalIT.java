package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.dump.PageDumper;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.track.Tracking;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalIT {
    @TempDir
    private Path directory;

    @Test
    void aProcessWithAllKindsOfThingsIsMoved() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            Duration best = new Rehearsal(
                            new PageDumper(),
                            Tracking.WRITE_PROTECT,
                            new JournalDirectory(directory.resolve("journals")))
                    .run(dummies);

            assertThat(best).isPositive();
            assertThat(dummies.failure()).isEmpty();
        }
    }

    @Test
    void whereItCanNotBeMovedOneThatSleepsIs() throws IOException {
        List<String> moved = new ArrayList<>();
        Dummies.Use<Boolean> refuses = dummy -> {
            String program = Path.of("/proc/" + dummy.pid() + "/exe")
                    .toRealPath()
                    .getFileName()
                    .toString();
            moved.add(program.replaceFirst("-.*", ""));
            if (program.startsWith("godwit")) {
                throw new IOException("a connection");
            }
            return true;
        };
        try (Dummies dummies = Dummies.open()) {
            assertThat(dummies.use(refuses)).isTrue();
            assertThat(dummies.use(refuses)).isTrue();

            assertThat(moved).containsExactly("godwit", "sleep", "sleep");
            assertThat(dummies.failure())
                    .get()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("a connection");
        }
    }

    @Test
    void itEndsWithWhoStartedIt() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            int pid = dummies.use(dummy -> {
                assertThat(dummy.process().number()).isPositive();
                dummy.parent().getOutputStream().close();
                dummy.awaitEnd();
                assertThatThrownBy(
                                () -> Path.of("/proc/" + dummy.pid() + "/exe").toRealPath())
                        .isInstanceOf(IOException.class);
                return dummy.pid();
            });

            assertThat(pid).isPositive();
        }
    }
}
