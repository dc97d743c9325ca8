package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree runs before its memory is there. */
class LazyPagesIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final String PORT = "9872";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** The rate at which pages come when a test needs the time: 14 MiB take three seconds. */
    private static final String SLOW = "40mbit";
    /** The rate when the filling must not come to its end. */
    private static final String ENDLESS = "4mbit";

    @RegisterExtension
    private static final OneHost host = new OneHost(1000);

    @TempDir
    private Path images;

    @TempDir
    private Path logs;

    private DumpCommands commands;
    private final List<Background> started = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        commands = new DumpCommands(host, images);
        host.exec("ip", "link", "set", "lo", "up").succeeded();
    }

    @AfterEach
    void endAll() throws IOException {
        host.exec("tc", "qdisc", "del", "dev", "lo", "root");
        started.forEach(Background::close);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory",
                "faults",
                "threads",
                "prefork",
                "shared",
                "stack",
                "brk",
                "vmas",
                "hugepages",
                "blanks",
                "fpu",
                "signals",
                "zombies",
                "sessions",
                "churn",
                "forks"
            })
    void aVictimDoesNotNoticeThatItsMemoryComesLater(String name) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = commands.start(victim);
            commands.dump(pid).succeeded();
            commands.awaitGone(pid);
            Background filler = fill();
            commands.restore("--lazy-pages").succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filler.code()).as(filler.says()).isZero();
        }
    }

    @Test
    void pagesThatTheTreeHasAreFreedIfThatIsAskedFor() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = commands.start(victim);
            commands.dump(pid).succeeded();
            commands.awaitGone(pid);
            long before = kibibytes();
            Background filler = fill("--auto-dedup", "-D", images.toString());
            commands.restore("--lazy-pages").succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filler.code()).as(filler.says()).isZero();
            assertThat(kibibytes()).isLessThan(before / 10);
        }
    }

    private long kibibytes() throws IOException {
        String size = host.exec("du", "-sk", images.toString()).succeeded().output();
        return Long.parseLong(size.substring(0, size.indexOf('\t')));
    }

    @Test
    void pagesComeThroughAChainOfSnapshots() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = commands.start(victim);
            new DumpCommands(host, directory("1"))
                    .run(List.of(
                            "pre-dump", "-t", "" + pid, "-D", directory("1").toString()))
                    .succeeded();
            Path last = directory("2");
            commands.run(List.of("dump", "-t", "" + pid, "-D", last.toString(), "--prev-images-dir", "../1"))
                    .succeeded();
            commands.awaitGone(pid);
            Background filler = fill("-D", last.toString());
            commands.run(List.of("restore", "-d", "-D", last.toString(), "--lazy-pages"))
                    .succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filler.code()).as(filler.says()).isZero();
            assertThat(given(filler.says())).isGreaterThan(9000);
        }
    }

    @Test
    void aTreeThatUsesItsMemoryWhileItIsFilledGetsTheRightPages() throws IOException {
        try (Victim victim = Victim.of("faults")) {
            Filling filling = restored(victim, SLOW);

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filling.filler().code()).as(filling.filler().says()).isZero();
        }
    }

    @Test
    void theTreeRunsWhileMostOfItsMemoryIsElsewhere() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            Filling filling = restored(victim, ENDLESS);

            assertThat(filling.filler().runs()).as("it is still being filled").isTrue();
            Execution dump = commands.dump(filling.pid(), "--leave-running");
            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.output()).contains("a userfaultfd gives it pages that it does not have yet");
            host.exec("tc", "qdisc", "del", "dev", "lo", "root").succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filling.filler().code()).as(filling.filler().says()).isZero();
        }
    }

    @Test
    void pagesComeByTls(@TempDir Path certificates) throws IOException {
        String script = Checkout.file("e2e/src/test/certificates.sh").toString();
        host.exec(script, certificates.toString()).succeeded();
        String[] tls = {
            "--tls",
            "--tls-cacert",
            certificates.resolve("ca.pem").toString(),
            "--tls-cert",
            certificates.resolve("cert.pem").toString(),
            "--tls-key",
            certificates.resolve("key.pem").toString()
        };
        try (Victim victim = Victim.of("memory")) {
            dumped(victim);
            server(List.of(tls));
            Background filler = fetch(tls);
            commands.restore("--lazy-pages").succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filler.code()).as(filler.says()).isZero();
        }
    }

    @Test
    void pagesComeByASocketThatIsHandedIn() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            dumped(victim);
            server(List.of());
            String connect =
                    "exec 9<>/dev/tcp/127.0.0.1/" + PORT + "; \"$@\"; code=$?; cat /proc/$$/fdinfo/9; exit $code";
            List<String> command = new ArrayList<>(List.of("bash", "-c", connect, "bash"));
            command.addAll(List.of(GODWIT, "lazy-pages", "-v4", "-o", "-", "-D", images.toString()));
            command.addAll(List.of("--page-server", "--ps-socket", "9", "--auto-dedup"));
            Background filler = start("filler", "Waiting for a restore", command);
            commands.restore("--lazy-pages").succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filler.code()).as(filler.says()).isZero();
            assertThat(filler.says()).contains("--auto-dedup: the pages are at the server, nothing is freed here");
            assertThat(filler.says()).as("it blocks for others, as before").contains("flags:\t02\n");
        }
    }

    @Test
    void withoutAProgramThatFillsNothingIsMade() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = dumped(victim);
            Execution restore = commands.restore("--lazy-pages");

            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.output()).contains("lazy-pages.socket: nobody fills memory there");
            assertThat(host.lives(pid)).isFalse();
        }
    }

    @Test
    void theTreeIsKilledWhenTheProgramThatFillsIs() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            Filling filling = restored(victim, ENDLESS);

            filling.filler().killJvm();

            commands.awaitGone(filling.pid());
            assertThat(victim.directory().resolve("result")).doesNotExist();
        }
    }

    @Test
    void theTreeIsKilledWhenItsPagesCanNotBeHad() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            Filling filling = restored(victim, ENDLESS);

            filling.server().killJvm();

            commands.awaitGone(filling.pid());
            assertThat(filling.filler().code()).isEqualTo(1);
            assertThat(filling.filler().says()).contains("closed the connection");
            assertThat(victim.directory().resolve("result")).doesNotExist();
        }
    }

    /** What it was told lies in its socket then, and nobody guards the tree. */
    @Test
    void noTreeRunsThatTheProgramThatFillsHasNotTakenOver() throws IOException {
        try (Victim victim = Victim.of("threads")) {
            int pid = dumped(victim);
            Background filler = fill();
            filler.stopJvm();
            Path log = logs.resolve("restore");
            Background restore = new Background(
                    host.start(log, GODWIT, "restore", "-d", "-D", images.toString(), "--lazy-pages"), log);
            started.add(restore);
            assertThat(Eventually.holds(LIMIT, filler::hasUnreadDescriptors))
                    .as(restore.says())
                    .isTrue();

            filler.killJvm();

            assertThat(restore.code()).as(restore.says()).isEqualTo(1);
            assertThat(restore.says()).contains("`lazy-pages` went away; its own messages say why");
            commands.awaitGone(pid);
        }
    }

    @Test
    void aServerThatIsNotThereIsToldBeforeAnythingIsMade() throws IOException {
        try (Victim victim = Victim.of("brk")) {
            dumped(victim);
            Execution filler = commands.run(List.of(
                    "lazy-pages", "-D", images.toString(), "--page-server", "--address", "127.0.0.1", "--port", PORT));

            assertThat(filler.code()).isEqualTo(1);
            assertThat(filler.output()).contains("cannot connect to the page server at 127.0.0.1:" + PORT);
            assertThat(images.resolve("lazy-pages.socket")).doesNotExist();
        }
    }

    @Test
    void theDaemonHasAPidfileAndFillsToo() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            dumped(victim);
            commands.run(List.of("lazy-pages", "-d", "-D", images.toString(), "--pidfile", "filler.pid"))
                    .succeeded();
            int daemon = Integer.parseInt(Files.readString(images.resolve("filler.pid")));
            assertThat(host.runs(daemon)).isTrue();
            commands.restore("--lazy-pages").succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            commands.awaitGone(daemon);
        }
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectories(images.resolve(name));
    }

    private int dumped(Victim victim) throws IOException {
        int pid = commands.start(victim);
        commands.dump(pid).succeeded();
        commands.awaitGone(pid);
        return pid;
    }

    /** A tree that runs while its pages come from a server. */
    private record Filling(int pid, Background server, Background filler) {}

    private Filling restored(Victim victim, String rate) throws IOException {
        int pid = dumped(victim);
        Background server = slowServer(rate);
        Background filler = fetch();
        commands.restore("--lazy-pages").succeeded();
        assertThat(host.runs(pid)).isTrue();
        return new Filling(pid, server, filler);
    }

    private Background fill(String... options) throws IOException {
        return filler(options.length == 0 ? List.of("-D", images.toString()) : List.of(options));
    }

    /** The pages come from the server. */
    private Background fetch(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("-D", images.toString(), "--page-server"));
        all.addAll(List.of("--address", "127.0.0.1", "--port", PORT, "-o", "-"));
        all.addAll(List.of(options));
        return filler(all);
    }

    private Background filler(List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(GODWIT, "lazy-pages", "-v4", "-o", "-"));
        command.addAll(options);
        return start("filler", "Waiting for a restore", command);
    }

    private Background server(List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(GODWIT, "page-server", "--lazy-pages", "-D", images.toString()));
        command.addAll(List.of("--address", "127.0.0.1", "--port", PORT));
        command.addAll(options);
        return start("server", "listening", command);
    }

    private Background slowServer(String rate) throws IOException {
        Background server = server(List.of());
        host.exec("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", rate, "burst", "256kb", "latency", "1s")
                .succeeded();
        return server;
    }

    private Background start(String name, String ready, List<String> command) throws IOException {
        Background background = Background.start(host::start, logs.resolve(name), ready, command);
        started.add(background);
        return background;
    }
    /** How many pages were given in all. */
    private static long given(String log) {
        String text = log.substring(log.indexOf("All memory is filled, ") + "All memory is filled, ".length());
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }
}
