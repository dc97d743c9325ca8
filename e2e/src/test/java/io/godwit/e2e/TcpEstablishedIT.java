package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.verify.DirectoryVerifier;
import io.godwit.source.dump.DumpListener;
import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.DumpOptions.After;
import io.godwit.source.options.FileOptions;
import io.godwit.target.restore.FileOptions.Connections;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.RestoredTree;
import io.godwit.target.restore.Restorer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Established TCP connections go through image files, and neither side notices. */
class TcpEstablishedIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long SOME_BYTES = 400_000;
    private static final FileOptions.Connections ESTABLISHED = FileOptions.Connections.KEPT.withEstablished(true, true);
    private static final Connections RESTORED = new Connections(false, true, false);

    @TempDir
    private Path images;

    @Test
    void connectionsInsideTheTreeAreTheSameInEveryState() throws IOException {
        try (LocalVictim victim = LocalVictim.start("connections")) {
            dump(victim, After.KILL, ESTABLISHED);
            restore(RESTORED);

            assertThat(victim.verdict()).isEqualTo("pass");
            assertUnlocked(victim.pid());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KILL", "LEAVE_RUNNING"})
    void aTalkGoesOnWithoutAFault(After after) throws Exception {
        try (LocalVictim victim = LocalVictim.start("talker");
                Talk talk = talk(victim)) {
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();

            dump(victim, after, ESTABLISHED);
            if (after == After.KILL) {
                assertThat(tables()).contains("godwit-" + victim.pid());
                restore(RESTORED);
            }

            assertWhole(talk, victim);
            assertUnlocked(victim.pid());
        }
    }

    @Test
    void aTalkOfIPv6GoesOnWithoutAFault() throws Exception {
        try (LocalVictim victim = LocalVictim.start("talker");
                Talk talk = Talk.with(new InetSocketAddress("::1", port(victim)))) {
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();
            dump(victim, After.KILL, ESTABLISHED);
            restore(RESTORED);
            assertWhole(talk, victim);
        }
    }

    @Test
    void aTalkGoesOnWithoutALockWhereNobodyAnswers() throws Exception {
        try (LocalVictim victim = LocalVictim.start("connections")) {
            dump(victim, After.LEAVE_RUNNING, FileOptions.Connections.KEPT.withEstablished(true, false));
            assertThat(victim.verdict()).isEqualTo("pass");
            assertUnlocked(victim.pid());
        }
    }

    @Test
    void aDumpThatFailsLeavesTheTalkAlone() throws Exception {
        try (LocalVictim victim = LocalVictim.start("talker");
                Talk talk = talk(victim)) {
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();

            DumpListener refuses = new DumpListener() {
                @Override
                public void imagesComplete() throws IOException {
                    throw new IOException("refused by the test");
                }
            };
            assertThatThrownBy(() -> new Dumper(refuses).run(options(victim, After.KILL, ESTABLISHED)))
                    .hasMessage("refused by the test");

            assertWhole(talk, victim);
            assertUnlocked(victim.pid());
        }
    }

    @Test
    void aRestoreThatIsGivenUpCanBeTriedAgain() throws Exception {
        try (LocalVictim victim = LocalVictim.start("talker");
                Talk talk = talk(victim)) {
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();
            dump(victim, After.KILL, ESTABLISHED);

            RestoredTree tree = Restorer.restore(images, restoreOptions(RESTORED));
            tree.kill();
            assertThat(victim.ends()).isTrue();
            assertThat(tables()).contains("godwit-" + victim.pid());
            restore(RESTORED);

            assertWhole(talk, victim);
        }
    }

    @Test
    void aConnectionCanBeClosedAtTheRestore() throws Exception {
        try (LocalVictim victim = LocalVictim.start("talker");
                Talk talk = talk(victim)) {
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();
            dump(victim, After.KILL, ESTABLISHED);

            restore(new Connections(true, false, false));

            assertThat(victim.verdict()).isEqualTo("pass");
            talk.awaitEnd();
            assertThat(talk.failure()).isPresent();
            assertUnlocked(victim.pid());
        }
    }

    @Test
    void aConnectionCanBeLetGoOfAtTheDump() throws Exception {
        try (LocalVictim victim = LocalVictim.start("talker");
                Talk talk = talk(victim)) {
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();
            dump(victim, After.KILL, new FileOptions.Connections(false, true));
            assertThatThrownBy(() -> restore(Connections.NONE)).hasMessageContaining("--tcp-close");

            restore(new Connections(true, false, false));

            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void withoutTheOptionConnectionsAreRefusedByName() throws IOException {
        try (LocalVictim victim = LocalVictim.start("talker");
                Talk talk = talk(victim)) {
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();
            assertThatThrownBy(() -> dump(victim, After.KILL, FileOptions.Connections.KEPT))
                    .hasMessageContaining("a TCP connection")
                    .hasMessageContaining("--tcp-established");
            assertThat(talk.goesOn(SOME_BYTES, LIMIT)).isTrue();

            dump(victim, After.LEAVE_RUNNING, ESTABLISHED);
            assertThatThrownBy(() -> restore(Connections.NONE)).hasMessageContaining("--tcp-established");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"connections", "talker"})
    void critReadsEveryImage(String name) throws IOException {
        try (LocalVictim victim = LocalVictim.start(name);
                Talk talk = name.equals("talker") ? talk(victim) : null) {
            assertThat(talk == null || talk.goesOn(SOME_BYTES, LIMIT)).isTrue();
            dump(victim, After.LEAVE_RUNNING, ESTABLISHED);

            List<Path> streams;
            try (Stream<Path> files = Files.list(images)) {
                streams = files.filter(file -> file.getFileName().toString().startsWith("tcp-stream-"))
                        .toList();
            }
            assertThat(streams).hasSize(talk == null ? 36 : 1);
            for (Path stream : streams) {
                Execution show = Execution.of(LIMIT, List.of("crit", "show", stream.toString()))
                        .succeeded();
                assertThat(show.output()).contains("\"inq_seq\"").contains("\"extra\"");
            }
        }
    }

    private static int port(LocalVictim victim) throws IOException {
        return Integer.parseInt(Files.readString(victim.directory().resolve("port")));
    }

    /** By IPv4, which the server sees as mapped into IPv6. */
    private static Talk talk(LocalVictim victim) throws IOException {
        return Talk.with(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(victim)));
    }

    private static void assertWhole(Talk talk, LocalVictim victim) throws Exception {
        assertThat(talk.goesOn(SOME_BYTES, LIMIT)).as("%s", talk.failure()).isTrue();
        assertThat(victim.verdict()).isEqualTo("pass");
        talk.awaitEnd();
        assertThat(talk.failure()).isEmpty();
        assertThat(Files.readString(victim.directory().resolve("sent"))).isEqualTo("" + talk.received());
        assertThat(Files.readString(victim.directory().resolve("received"))).isEqualTo("" + talk.sent());
    }

    private static String tables() throws IOException {
        return Execution.of(LIMIT, List.of("nft", "list", "tables")).succeeded().output();
    }

    private static void assertUnlocked(int pid) throws IOException {
        assertThat(tables()).doesNotContain("godwit-" + pid);
    }

    private DumpOptions options(LocalVictim victim, After after, FileOptions.Connections connections) {
        return DumpOptions.defaults(victim.pid(), images)
                .withAfter(after)
                .withFiles(FileOptions.defaults().withConnections(connections));
    }

    private void dump(LocalVictim victim, After after, FileOptions.Connections connections) throws IOException {
        new Dumper().run(options(victim, after, connections));
        assertThat(DirectoryVerifier.verify(images)).isEmpty();
        assertThat(after != After.KILL || victim.ends()).isTrue();
    }

    private static RestoreOptions restoreOptions(Connections connections) {
        return RestoreOptions.defaults()
                .withFiles(io.godwit.target.restore.FileOptions.defaults().withConnections(connections));
    }

    private void restore(Connections connections) throws IOException {
        Restorer.restore(images, restoreOptions(connections)).resume();
    }
}
