package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.protocol.HostCost;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.track.Tracking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalIT {
    /** Two threads look through such a mapping. */
    private static final long LARGE = 512 << 20;

    @TempDir
    private Path directory;

    @Test
    void aProcessWithAllKindsOfThingsIsMoved() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            HostCost cost = new Rehearsal(
                            new PageDumper(),
                            Tracking.WRITE_PROTECT,
                            new JournalDirectory(directory.resolve("journals")))
                    .run(dummies);

            assertThat(cost.of(1, 1)).isPositive();
            assertThat(cost.task()).as("what each of eight more processes took").isPositive();
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
    void itHasWhatServersHave() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            boolean full = dummies.use(dummy -> {
                ProcDirectory process = ProcDirectory.process(dummy.pid());
                assertThat(process.threads()).hasSize(4);
                assertThat(process.maps()).anyMatch(vma -> vma.bytes() >= LARGE);
                List<String> files = new ArrayList<>();
                for (int fd : process.descriptors()) {
                    files.add(process.link("fd/" + fd).replaceFirst(":\\[\\d+]", ""));
                }
                assertThat(files)
                        .contains("anon_inode:[eventpoll]", "anon_inode:[eventfd]", "anon_inode:[timerfd]")
                        .contains("anon_inode:[signalfd]", "pipe", "socket");
                assertThat(Collections.frequency(files, "socket")).isEqualTo(4);
                return true;
            });
            assertThat(full).isTrue();
            assertThat(dummies.failure()).isEmpty();
        }
    }

    @Test
    void itMayHaveMoreThreads() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            int threads =
                    dummies.use(5, dummy -> ProcDirectory.process(dummy.pid()).threads().length);

            assertThat(threads).isEqualTo(4 + 5);
            assertThat(dummies.failure()).isEmpty();
        }
    }

    @Test
    void thoseThatSleepEndWithTheirChildren() throws IOException {
        List<Integer> all = Dummies.useSleeping(3, dummy -> {
            List<Integer> pids =
                    new ArrayList<>(ProcDirectory.process(dummy.pid()).childrenOfAllThreads());
            assertThat(pids).hasSize(3);
            pids.add(dummy.pid());
            return pids;
        });

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (all.stream().anyMatch(pid -> ProcDirectory.process(pid).lives()) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(all).noneMatch(pid -> ProcDirectory.process(pid).lives());
    }

    @Test
    void itAndItsChildrenEndWithWhoStartedIt() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            boolean ended = dummies.use(dummy -> {
                List<Integer> children = ProcDirectory.process(dummy.pid()).childrenOfAllThreads();
                assertThat(children).hasSize(2);
                dummy.starter().getOutputStream().close();
                dummy.awaitEnd();
                dummy.starter().onExit().orTimeout(20, TimeUnit.SECONDS).join();
                assertThat(children)
                        .noneMatch(child -> ProcDirectory.process(child).exists());
                return !ProcDirectory.process(dummy.pid()).exists();
            });

            assertThat(ended).isTrue();
            assertThat(dummies.failure()).isEmpty();
        }
    }
}
