package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every victim goes through image files and does not notice. */
class DumpRestoreIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();

    @RegisterExtension
    private static final OneHost host = new OneHost(1000);

    @TempDir
    private Path images;

    @ParameterizedTest
    @MethodSource("io.godwit.e2e.Victim#all")
    void aVictimIsTheSameAfterDumpAndRestore(String name) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> before = Picture.of(host, pid);

            dumpAndRestore(pid);

            List<String> after = Picture.of(host, pid);
            assertSoftly(softly -> {
                softly.assertThat(victim.verdict()).isEqualTo("pass");
                softly.assertThat(Picture.changes(before, after)).isEmpty();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"madvise", "always"})
    @SuppressWarnings("try") // the setting is only held
    void memoryInHugePagesIsRestoredInHugePages(String setting) throws IOException {
        try (HugePages given = HugePages.given(setting);
                Victim victim = Victim.of("hugepages")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            dumpAndRestore(pid);
            assertThat(victim.verdict()).isEqualTo("pass");
            assumeThat(HugePages.had(victim.directory(), "asked")).isTrue();
            HugePages.assertKept(victim.directory());
        }
    }

    /** As an agent does that was started with nohup. */
    @Test
    void whatTheAgentIgnoresTheTreeDoesNot() throws IOException {
        try (Victim victim = Victim.of("process")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            String before = actions(pid);
            dump(pid);
            host.exec("sh", "-c", "trap '' HUP CHLD USR1 USR2 RTMIN; exec " + GODWIT + " restore -d -D " + images)
                    .succeeded();
            assertThat(actions(pid)).isEqualTo(before);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** Which signals a process ignores and which it catches. */
    private static String actions(int pid) throws IOException {
        return host.exec("grep", "-E", "Sig(Ign|Cgt)", "/proc/" + pid + "/status")
                .succeeded()
                .output();
    }

    private void dumpAndRestore(int pid) throws IOException {
        dump(pid);
        host.exec(GODWIT, "restore", "-d", "-D", images.toString()).succeeded();
    }

    private void dump(int pid) throws IOException {
        host.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();
        assertThat(Eventually.holds(Duration.ofSeconds(10), () -> !host.runs(pid)))
                .as("%d is gone after the dump", pid)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "epoll", "threads"})
    void critReadsEveryImage(String name) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            host.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();

            try (Stream<Path> files = Files.list(images)) {
                for (Path file : files.filter(DumpRestoreIT::isDescribed).toList()) {
                    Execution show = host.exec("crit", "show", file.toString()).succeeded();
                    assertThat(show.output())
                            .as("%s", file)
                            .contains("\"magic\"")
                            .contains("\"entries\"");
                }
            }
        }
    }

    /** All but the raw pages. */
    private static boolean isDescribed(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".img") && !name.startsWith("pages-");
    }
}
