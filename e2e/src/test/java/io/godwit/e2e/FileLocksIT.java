package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.FileOptions;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.Restorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File locks are held again by those who held them, or the tree is not restored. */
class FileLocksIT {
    private static final int LOCK_EX = 2;

    @TempDir
    private Path images;

    private LocalVictim victim;

    @BeforeEach
    void start() throws IOException {
        victim = LocalVictim.start("locks");
    }

    @AfterEach
    void stop() throws IOException {
        victim.close();
    }

    @Test
    void locksAreTakenAgain() throws IOException {
        dump(true);

        restore(true);

        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void critShowsEachLockOnce() throws IOException {
        dump(true);

        String show = Execution.of(
                        Duration.ofSeconds(20),
                        List.of("crit", "show", images.resolve("filelocks.img").toString()))
                .succeeded()
                .output();
        assertThat(show.split("\"flag\"")).hasSize(1 + 6);
        assertThat(show).contains("\"len\": 20");
    }

    @Test
    void withoutTheOptionTheyAreRefused() throws IOException {
        assertThatThrownBy(() -> dump(false))
                .hasMessageContaining(victim.directory().toString())
                .hasMessageContaining("--file-locks");
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aLockThatAnotherHasByNowIsNamedAndNothingIsLeft() throws IOException {
        dump(true);
        assertThatThrownBy(() -> restore(false)).hasMessageContaining("6 file locks");

        try (Fd other = Descriptors.open(victim.directory().resolve("whole").toString(), Descriptors.O_RDWR, 0)) {
            Kernel.check(Kernel.syscall(Syscall.FLOCK, other.number(), LOCK_EX), "flock", "whole");
            assertThatThrownBy(() -> restore(true))
                    .hasMessageContaining(victim.directory().resolve("whole").toString())
                    .hasMessageContaining("another process has locked it");
        }

        assertThat(victim.ends()).isTrue();
        restore(true);
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    /** The hosts share their files, but for /run. */
    @Test
    void aMigrationTakesThemWithTheTreeOrLeavesBoth() throws IOException {
        String place = "/run/godwit-locks";
        String files = "mkdir -p %s && cd %s && touch whole ranges described shared leased && chmod 640 *"
                .formatted(place, place);
        try (TwoHosts hosts = TwoHosts.start();
                Victim moving = Victim.of("locks")) {
            Files.createSymbolicLink(moving.directory().resolve("place"), Path.of(place));
            hosts.source().exec("sh", "-c", files).succeeded();
            hosts.target().exec("sh", "-c", files).succeeded();
            int pid = hosts.source().spawn(moving.directory(), moving.command());
            moving.awaitReady();

            Process other = hosts.target().start(moving.directory().resolve("log"), "flock", place + "/whole", "cat");
            assertThat(Eventually.holds(Duration.ofSeconds(20), () -> isLocked(hosts, place + "/whole")))
                    .isTrue();
            Execution refused = hosts.migrate(pid);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.output()).contains(place + "/whole", "another process has locked it");
            other.getOutputStream().close();
            assertThat(Eventually.holds(Duration.ofSeconds(20), () -> !other.isAlive()))
                    .isTrue();

            hosts.migrate(pid).succeeded();
            assertThat(moving.verdict()).isEqualTo("pass");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private static boolean isLocked(TwoHosts hosts, String path) {
        try {
            return hosts.target().exec("flock", "-n", path, "true").code() != 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void dump(boolean locks) throws IOException {
        new Dumper()
                .run(DumpOptions.defaults(victim.pid(), images)
                        .withFiles(FileOptions.defaults().withLocks(locks)));
        assertThat(victim.ends()).isTrue();
    }

    private void restore(boolean locks) throws IOException {
        RestoreOptions options = RestoreOptions.defaults()
                .withFiles(io.godwit.target.restore.FileOptions.defaults().withLocks(locks));
        Restorer.restore(images, options).resume();
    }
}
