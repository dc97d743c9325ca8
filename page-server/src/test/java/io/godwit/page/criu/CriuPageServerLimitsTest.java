package io.godwit.page.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.ServerOptions.Limits;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.OpenObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server on a real socket does not let its clients do. */
class CriuPageServerLimitsTest {
    private static final PagemapId TASK = LoggedServers.TASK;
    private static final int PAGE = LoggedServers.PAGE;

    @TempDir
    private Path images;

    private final LoggedServers servers = new LoggedServers();

    static Stream<Wrong> wrongs() {
        return Stream.of(
                new Wrong("unknown command", client -> client.send(new byte[32])),
                new Wrong(
                        "type 3",
                        client -> client.send(HexFormat.of()
                                .parseHex("0400000000000000" + "0000000000000000" + "0000000000000000"
                                        + "032a000000000000"))),
                new Wrong(
                        "within a header",
                        client -> client.send(new byte[] {4, 0, 0}).endOfStream()),
                new Wrong(
                        "without CLOSE",
                        client -> client.say(new OpenObject(TASK, false)).endOfStream()),
                new Wrong(
                        "4096 bytes of pages still to come",
                        client -> client.say(new AddPages(TASK, 0x400000, 2, 4))
                                .send(LoggedServers.pages(1))
                                .endOfStream()),
                new Wrong(
                        "no run of pages",
                        client -> client.send(HexFormat.of()
                                .parseHex("0600040000000000" + "ffffffffffffffff" + "0000400000000000"
                                        + "012a000000000000"))),
                new Wrong(
                        "does not lie above",
                        client -> client.say(new AddPages(TASK, 0x400000, 1, 4))
                                .send(LoggedServers.pages(1))
                                .say(new AddPages(TASK, 0x400000, 1, 4))),
                new Wrong("--lazy-pages", client -> client.say(new GetPages(42, 0x400000, 1))),
                new Wrong(
                        "after CLOSE",
                        client -> client.say(new OpenObject(TASK, false))
                                .say(new CloseSession(false, true))
                                .send(new byte[] {0})),
                new Wrong(
                        "after CLOSE",
                        client -> client.say(new CloseSession(false, true)).send(new byte[9])));
    }

    /** What a client must not do, and a word of what the server says to it. */
    record Wrong(String word, Deed deed) {
        interface Deed {
            void by(SpeakingClient client) throws IOException;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void whatIsWrongEndsThatSessionAlone(Wrong wrong) throws Exception {
        try (CriuPageServer server = servers.start(images, Optional.empty(), false, true, Limits.NONE);
                SpeakingClient good = new SpeakingClient(server.address(), HeaderForm.LONG);
                SpeakingClient bad = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            good.say(new OpenObject(TASK, true)).read(1);
            wrong.deed.by(bad);
            servers.awaitLog(line -> line.contains("failed") && line.contains(wrong.word));
            good.say(new AddPages(TASK, 0x400000, 1, 4)).send(LoggedServers.pages(7));
            LoggedServers.finish(good);
            servers.awaitLog(line -> line.contains("done, 1 pages of 1 objects"));
        }
        assertThat(LoggedServers.names(images)).hasSize(1);
        assertThat(PageIndex.load(images.resolve(LoggedServers.names(images).get(0)), TASK)
                        .extents())
                .hasSize(1);
    }

    @Test
    void aSessionMayStoreSoMuchAndAllTogetherToo() throws Exception {
        Limits limits = new Limits(6L * PAGE, 10L * PAGE, 8, Duration.ZERO);
        try (CriuPageServer server = servers.start(images, Optional.empty(), false, true, limits)) {
            try (SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
                client.say(new AddPages(TASK, 0x400000, 1L << 30, 4));
                servers.awaitLog(line -> line.contains("--quota lets 24576 bytes be stored"));
            }
            store(server, 5);
            servers.awaitLog(line -> line.contains("done, 5 pages"));
            try (SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
                client.say(new AddPages(TASK, 0x400000, 5, 4)).send(LoggedServers.pages(1, 2, 3, 4, 5));
                servers.awaitLog(line -> line.contains("--quota-total lets 40960 bytes be stored"));
            }
            store(server, 4);
            servers.awaitLog(line -> line.contains("done, 4 pages"));
            assertThat(server.metrics().text())
                    .contains("godwit_page_server_sessions_total{result=\"success\"} 2\n")
                    .contains("godwit_page_server_sessions_total{result=\"failure\"} 2\n")
                    .contains("godwit_page_server_sessions_active 0\n");
        }
        assertThat(LoggedServers.names(images)).hasSize(2);
    }

    @Test
    void aSilentClientIsSentAway() throws Exception {
        Limits limits = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, 8, Duration.ofSeconds(1));
        try (CriuPageServer server = servers.start(images, Optional.empty(), false, true, limits);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new OpenObject(TASK, true)).read(1);
            assertThat(client.isClosedByServer()).isTrue();
            servers.awaitLog(line -> line.contains("--idle-timeout"));
        }
        assertThat(LoggedServers.names(images)).isEmpty();
    }

    @Test
    void noMoreSessionsAtOnceThanAllowed() throws Exception {
        Limits limits = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, 1, Duration.ZERO);
        try (CriuPageServer server = servers.start(images, Optional.empty(), false, true, limits);
                SpeakingClient first = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            first.say(new OpenObject(TASK, true)).read(1);
            try (SpeakingClient second = new SpeakingClient(server.address(), HeaderForm.LONG)) {
                assertThat(second.isClosedByServer()).isTrue();
            }
            LoggedServers.finish(first);
            servers.awaitLog(line -> line.contains("done"));
        }
    }

    private void store(CriuPageServer server, int count) throws IOException {
        try (SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, count, 4)).send(new byte[count * PAGE]);
            LoggedServers.finish(client);
        }
    }
}
