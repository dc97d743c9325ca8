package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/** Programs move between two containers of one network while they work. */
class ContainerMigrateIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String WORKER =
            Checkout.file("deploy/lib/demo/worker.py").toString();
    private static Network network;
    private static Path shared;
    private static Container source;
    private static Container target;

    @BeforeAll
    static void startContainers() throws IOException {
        assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(),
                "no docker daemon answers: deploy/test starts one and makes the image");
        network = Network.newNetwork();
        shared = Files.createTempDirectory("godwit-containers-");
        // Victims that give up being root have to get in.
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        source = Container.start("host-a", network, shared);
        target = Container.start("host-b", network, shared);
        source.lastPid(1000);
        target.exec("sh", "-c", TwoHosts.GODWIT + " target-agent --listen 0.0.0.0 --insecure >/agent.log 2>&1 &")
                .succeeded();
        assertThat(Eventually.holds(LIMIT, () -> agentSays().contains("listening")))
                .as("the target agent listens; it says: %s", agentSays())
                .isTrue();
    }

    @AfterAll
    static void stopContainers() throws IOException {
        if (network == null) {
            return;
        }
        Stream.of(source, target).filter(Objects::nonNull).forEach(Container::close);
        network.close();
        Victim.deleteTree(shared);
    }

    /** Those for which it matters on what file system files lie, and who else has a say in a container. */
    @ParameterizedTest
    @ValueSource(strings = {"counter", "credentials", "deleted", "files", "fpu", "memfd", "sessions", "shared", "vmas"})
    void aVictimIsTheSameInTheOtherContainer(String name) throws IOException {
        try (Victim victim = Victim.in(shared, name)) {
            int pid = source.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> before = Picture.of(source, pid);

            migrate(pid);

            List<String> after = Picture.of(target, pid);
            assertSoftly(softly -> {
                softly.assertThat(source.lives(pid)).as("runs on host-a").isFalse();
                softly.assertThat(victim.verdict()).isEqualTo("pass");
                softly.assertThat(Picture.changes(before, after)).isEmpty();
            });
        }
    }

    /** Its log counts what went through the tree's pipes: 1, 2, 3, ... and by which host. */
    @Test
    void aTreeOfBashAndPythonCountsOnInTheOtherContainer() throws IOException {
        Path log = shared.resolve("count");
        // The second command keeps bash from replacing itself by python3.
        int pid = source.spawn(shared, "bash", "-c", "/usr/bin/python3 " + WORKER + " " + log + "; exit");
        assertThat(Eventually.holds(LIMIT, () -> lines(log).size() > 100)).isTrue();

        migrate(pid);

        assertThat(Eventually.holds(LIMIT, () -> lines(log).stream().anyMatch(line -> line.endsWith("host-b"))))
                .isTrue();
        int moved = lines(log).size();
        assertThat(Eventually.holds(LIMIT, () -> lines(log).size() > moved + 100))
                .isTrue();
        target.exec("kill", "-KILL", "--", "-" + pid).succeeded();
        List<String[]> counted =
                lines(log).stream().map(line -> line.split(" ")).toList();
        assertThat(counted.stream().map(words -> Integer.parseInt(words[0])))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, counted.size()).boxed().toList());
        // Sorted already: once host-b has taken over, host-a says nothing more.
        assertThat(counted.stream().map(words -> words[1])).isSorted().contains("host-a", "host-b");
    }

    @Test
    void redisAnswersInTheOtherContainerWithTheSameData() throws IOException {
        int pid = source.spawn(shared, "redis-server", "--save", "", "--enable-debug-command", "yes");
        assertThat(Eventually.holds(LIMIT, () -> redis(source, "PING").equals("PONG")))
                .isTrue();
        redis(source, "DEBUG", "POPULATE", "20000", "key", "500");
        String digest = redis(source, "DEBUG", "DIGEST");

        migrate(pid);

        assertThat(digest).hasSize(40);
        assertThat(redis(target, "DEBUG", "DIGEST")).isEqualTo(digest);
        assertThat(redis(target, "DBSIZE")).isEqualTo("20000");
        assertThat(source.lives(pid)).isFalse();
        target.exec("kill", "-KILL", "" + pid).succeeded();
    }

    @Test
    void aFileOfOneContainerAloneIsNamedBeforeAnythingIsTouched() throws IOException {
        source.exec("touch", "/only-here").succeeded();
        int pid = source.spawn(shared, "sh", "-c", "exec sleep 1000 3>>/only-here");

        Execution run = source.exec(TwoHosts.GODWIT, "migrate", "" + pid, "--to", "host-b", "--insecure");

        assertThat(run.code()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).contains("/only-here");
        assertThat(source.runs(pid)).isTrue();
        assertThat(target.lives(pid)).isFalse();
        source.exec("kill", "-KILL", "" + pid).succeeded();
    }

    private static void migrate(int pid) throws IOException {
        Execution run = source.exec(TwoHosts.GODWIT, "migrate", "" + pid, "--to", "host-b", "--insecure");
        assertThat(run.code())
                .as("%s\nthe agent: %s", run.output(), agentSays())
                .isZero();
    }

    private static String redis(Container host, String... command) {
        try {
            return host.exec(Stream.concat(Stream.of("redis-cli"), Stream.of(command))
                            .toArray(String[]::new))
                    .output()
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String agentSays() {
        return String.join("\n", lines(target.path("/agent.log")));
    }

    /** The lines that are whole. */
    private static List<String> lines(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
