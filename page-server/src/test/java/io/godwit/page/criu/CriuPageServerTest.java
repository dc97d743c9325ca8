package io.godwit.page.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.DumpedPages;
import io.godwit.page.criu.server.ServerOptions;
import io.godwit.page.criu.server.ServerOptions.Limits;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.OpenObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server on a real socket, with clients that speak byte by byte. */
class CriuPageServerTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final PagemapId OTHER = new PagemapId(PagemapId.Kind.SHMEM, 0x1234);
    private static final int PAGE = 4096;
    private static final byte[] ZERO = {0, 0, 0, 0};
    private static final byte[] ONE = {1, 0, 0, 0};

    @TempDir
    private Path images;

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource(HeaderForm.class)
    void aSessionBecomesImages(HeaderForm form) throws IOException {
        try (CriuPageServer server = start(images, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), form)) {
            assertThat(client.say(new AskParent(TASK)).read(4)).isEqualTo(ZERO);
            assertThat(client.say(new OpenObject(TASK, true)).read(1)).containsExactly(0);
            client.say(new AddPages(TASK, 0x400000, 2, 4)).send(pages(1, 2));
            client.say(new AddPages(TASK, 0x600000, 3, 2));
            assertThat(client.say(new OpenObject(OTHER, true)).read(1)).containsExactly(0);
            client.say(new AddPages(OTHER, 0, 1, 6)).send(pages(3));
            assertThat(client.say(new CloseSession(false, true)).read(4)).isEqualTo(ZERO);
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", log).isTrue();
        }
        assertThat(names())
                .containsExactly("pagemap-42.img", "pagemap-shmem-4660.img", "pages-65537.img", "pages-65538.img");
        assertThat(Files.readAllBytes(images.resolve("pages-65537.img"))).isEqualTo(pages(1, 2));
        assertThat(Files.readAllBytes(images.resolve("pages-65538.img"))).isEqualTo(pages(3));
        // as the worked example of the format, but with the page count in the older field too
        assertThat(Files.readAllBytes(images.resolve("pagemap-42.img")))
                .asHexString()
                .isEqualToIgnoringCase("1943565425400856" + "04000000"
                        + "08818004"
                                .concat("0b000000" + "0880808002" + "1002" + "2004" + "2802")
                                .concat("0b000000" + "0880808003" + "1003" + "2002" + "2803"));
    }

    /** As our own client does, when the answer to its first question comes late. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void aClientThatTookALateAnswerForOneOfTheLongFormIsUnderstood(int bytes) throws IOException {
        AskParent question = new AskParent(TASK);
        try (CriuPageServer server = start(images, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.SHORT)) {
            assertThat(client.say(question).read(4)).isEqualTo(ZERO);
            byte[] more = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(question.header().dstId())
                    .array();
            SpeakingPieces pieces = new SpeakingPieces(HeaderForm.LONG).send(more);
            pieces.say(new OpenObject(TASK, false));
            pieces.say(new AddPages(TASK, 0x400000, 2, 4)).send(pages(1, 2));
            pieces.say(new CloseSession(false, true)).sendTo(client, bytes);
            assertThat(client.read(4)).isEqualTo(ZERO);
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", log).isTrue();
        }
        assertThat(Files.readAllBytes(images.resolve("pages-65537.img"))).isEqualTo(pages(1, 2));
    }

    @ParameterizedTest
    @CsvSource({"SHORT, 777", "LONG, 777", "LONG, 1000000"})
    void headersAndPagesMayComeInAnyPieces(HeaderForm form, int bytes) throws IOException {
        List<Integer> sent = new ArrayList<>();
        try (CriuPageServer server = start(images, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), form)) {
            SpeakingPieces pieces = new SpeakingPieces(form);
            pieces.say(new OpenObject(TASK, false));
            for (int i = 0; i < 40; i++) {
                pieces.say(new AddPages(TASK, 0x400000 + i * 0x10000L, 3, 4)).send(pages(i, i + 1, i + 2));
                pieces.say(new AddPages(TASK, 0x404000 + i * 0x10000L, 1, 2));
                sent.addAll(List.of(i, i + 1, i + 2));
            }
            pieces.say(new CloseSession(false, true)).sendTo(client, bytes);
            assertThat(client.read(4)).isEqualTo(ZERO);
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", log).isTrue();
        }
        assertThat(runs()).hasSize(80).isSortedAccordingTo(Comparator.comparing(PagemapEntry::getVaddr));
        assertThat(Files.readAllBytes(images.resolve("pages-65537.img")))
                .isEqualTo(pages(sent.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Test
    void anEmptySessionIsOneInBothForms() throws IOException {
        for (HeaderForm form : HeaderForm.values()) {
            try (CriuPageServer server = start(images, Optional.empty(), false, false, Limits.NONE);
                    SpeakingClient client = new SpeakingClient(server.address(), form)) {
                assertThat(client.say(new CloseSession(true, true)).read(4)).isEqualTo(ZERO);
                client.endOfStream();
                assertThat(server.awaitOne()).as("%s: %s", form, log).isTrue();
            }
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void holesAreInTheParent() throws IOException {
        Path first = Files.createDirectory(images.resolve("1"));
        Path second = Files.createDirectory(images.resolve("2"));
        storeFirst(first, 4, pages(1, 2, 3, 4));
        try (CriuPageServer server = start(second, Optional.of(Path.of("../1")), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            assertThat(client.say(new AskParent(TASK)).read(4)).isEqualTo(ONE);
            assertThat(client.say(new AskParent(OTHER)).read(4)).isEqualTo(ZERO);
            assertThat(client.say(new OpenObject(TASK, true)).read(1)).containsExactly(1);
            client.say(new AddPages(TASK, 0x400000, 1, 4)).send(pages(9));
            client.say(new AddPages(TASK, 0x401000, 3, 1));
            finish(client);
            assertThat(server.awaitOne()).as("%s", log).isTrue();
        }
        assertThat(PageIndex.load(second, TASK).extents())
                .containsExactly(
                        new PageIndex.Extent(0x400000, 1, second.resolve("pages-65537.img"), 0),
                        new PageIndex.Extent(0x401000, 3, first.toRealPath().resolve("pages-65537.img"), PAGE));
    }

    @Test
    void pagesOfTheParentAreFreedAsTheyAreReplaced() throws IOException {
        Path first = Files.createDirectory(images.resolve("1"));
        Path second = Files.createDirectory(images.resolve("2"));
        storeFirst(first, 4, pages(1, 2, 3, 4));
        List<String> freed = new ArrayList<>();
        HolePuncher dedup = (file, offset, bytes) -> freed.add(file.getFileName() + " " + offset + " " + bytes);
        try (CriuPageServer server = start(second, Optional.of(Path.of("../1")), false, false, Limits.NONE, dedup);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, 1, 1));
            client.say(new AddPages(TASK, 0x401000, 2, 4)).send(pages(8, 9));
            finish(client);
            assertThat(server.awaitOne()).as("%s", log).isTrue();
        }
        assertThat(freed).containsExactly("pages-65537.img 4096 8192");
    }

    @Test
    void aHoleThatTheParentLacksEndsTheSessionAndLeavesNothing() throws IOException {
        Path first = Files.createDirectory(images.resolve("1"));
        Path second = Files.createDirectory(images.resolve("2"));
        storeFirst(first, 4, pages(1));
        try (CriuPageServer server = start(second, Optional.of(Path.of("../1")), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, 2, 1));
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(server.awaitOne()).isFalse();
        }
        assertThat(log).anyMatch(line -> line.contains("the page at 0x401000 is said to be in the parent"));
        assertThat(second.resolve("pagemap-42.img")).doesNotExist();
    }

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
                                .send(pages(1))
                                .endOfStream()),
                new Wrong(
                        "no run of pages",
                        client -> client.send(HexFormat.of()
                                .parseHex("0600040000000000" + "ffffffffffffffff" + "0000400000000000"
                                        + "012a000000000000"))),
                new Wrong(
                        "does not lie above",
                        client -> client.say(new AddPages(TASK, 0x400000, 1, 4))
                                .send(pages(1))
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
        try (CriuPageServer server = start(images, Optional.empty(), false, true, Limits.NONE);
                SpeakingClient good = new SpeakingClient(server.address(), HeaderForm.LONG);
                SpeakingClient bad = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            good.say(new OpenObject(TASK, true)).read(1);
            wrong.deed.by(bad);
            awaitLog(line -> line.contains("failed") && line.contains(wrong.word));
            good.say(new AddPages(TASK, 0x400000, 1, 4)).send(pages(7));
            finish(good);
            awaitLog(line -> line.contains("done, 1 pages of 1 objects"));
        }
        assertThat(names()).hasSize(1);
        assertThat(PageIndex.load(images.resolve(names().get(0)), TASK).extents())
                .hasSize(1);
    }

    @Test
    void aSessionMayStoreSoMuchAndAllTogetherToo() throws Exception {
        Limits limits = new Limits(6L * PAGE, 10L * PAGE, 8, Duration.ZERO);
        try (CriuPageServer server = start(images, Optional.empty(), false, true, limits)) {
            try (SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
                client.say(new AddPages(TASK, 0x400000, 1L << 30, 4));
                awaitLog(line -> line.contains("--quota lets 24576 bytes be stored"));
            }
            store(server, 5);
            awaitLog(line -> line.contains("done, 5 pages"));
            try (SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
                client.say(new AddPages(TASK, 0x400000, 5, 4)).send(pages(1, 2, 3, 4, 5));
                awaitLog(line -> line.contains("--quota-total lets 40960 bytes be stored"));
            }
            store(server, 4);
            awaitLog(line -> line.contains("done, 4 pages"));
            assertThat(server.metrics().text())
                    .contains("godwit_page_server_sessions_total{result=\"success\"} 2\n")
                    .contains("godwit_page_server_sessions_total{result=\"failure\"} 2\n")
                    .contains("godwit_page_server_sessions_active 0\n");
        }
        assertThat(names()).hasSize(2);
    }

    @Test
    void aSilentClientIsSentAway() throws Exception {
        Limits limits = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, 8, Duration.ofSeconds(1));
        try (CriuPageServer server = start(images, Optional.empty(), false, true, limits);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new OpenObject(TASK, true)).read(1);
            assertThat(client.isClosedByServer()).isTrue();
            awaitLog(line -> line.contains("--idle-timeout"));
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void noMoreSessionsAtOnceThanAllowed() throws Exception {
        Limits limits = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, 1, Duration.ZERO);
        try (CriuPageServer server = start(images, Optional.empty(), false, true, limits);
                SpeakingClient first = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            first.say(new OpenObject(TASK, true)).read(1);
            try (SpeakingClient second = new SpeakingClient(server.address(), HeaderForm.LONG)) {
                assertThat(second.isClosedByServer()).isTrue();
            }
            finish(first);
            awaitLog(line -> line.contains("done"));
        }
    }

    @ParameterizedTest
    @EnumSource(HeaderForm.class)
    void aFinishedDumpIsServedPageByPage(HeaderForm form) throws IOException {
        storeFirst(images, 6, pages(1, 2, 3));
        try (CriuPageServer server = start(images, Optional.empty(), true, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), form)) {
            client.say(new GetPages(42, 0x401000, 54)).say(new GetPages(42, 0x400000, 1));
            byte[] answer = client.read(form.bytes());
            assertThat(answer).startsWith(6, 0, 4, 0);
            assertThat(answer[form == HeaderForm.LONG ? 8 : 4]).isEqualTo((byte) 2);
            assertThat(client.read(2 * PAGE)).isEqualTo(pages(2, 3));
            client.read(form.bytes());
            assertThat(client.read(PAGE)).isEqualTo(pages(1));
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", log).isTrue();
        }
    }

    /** Stores pages from 0x400000 on, by a session of their own. */
    private void storeFirst(Path directory, int flags, byte[] contents) throws IOException {
        try (CriuPageServer server = start(directory, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, contents.length / PAGE, flags))
                    .send(contents);
            finish(client);
            assertThat(server.awaitOne()).isTrue();
        }
    }

    private void store(CriuPageServer server, int count) throws IOException {
        try (SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, count, 4)).send(new byte[count * PAGE]);
            finish(client);
        }
    }

    private static void finish(SpeakingClient client) throws IOException {
        assertThat(client.say(new CloseSession(false, true)).read(4)).isEqualTo(ZERO);
        client.endOfStream();
    }

    private void awaitLog(Predicate<String> wanted) throws InterruptedException {
        for (String line = log.poll(20, TimeUnit.SECONDS); ; line = log.poll(20, TimeUnit.SECONDS)) {
            assertThat(line).as("the line that was awaited").isNotNull();
            if (wanted.test(line)) {
                return;
            }
        }
    }

    private CriuPageServer start(Path directory, Optional<Path> parent, boolean lazy, boolean forever, Limits limits)
            throws IOException {
        return start(directory, parent, lazy, forever, limits, HolePuncher.NONE);
    }

    private CriuPageServer start(
            Path directory, Optional<Path> parent, boolean lazy, boolean forever, Limits limits, HolePuncher dedup)
            throws IOException {
        ServerOptions options = new ServerOptions(
                directory,
                parent,
                lazy ? Optional.of(new DumpedPages(directory)) : Optional.empty(),
                forever,
                limits,
                dedup,
                Optional.empty());
        return CriuPageServer.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options, log::add);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Pages each filled with a byte. */
    private List<PagemapEntry> runs() throws IOException {
        ImageReader pagemap = ImageReader.open(images, ImageKind.PAGEMAP, TASK.id());
        pagemap.next(PagemapHead.parser());
        return pagemap.readAll(PagemapEntry.parser());
    }

    static byte[] pages(int... fill) {
        byte[] pages = new byte[fill.length * PAGE];
        for (int i = 0; i < fill.length; i++) {
            Arrays.fill(pages, i * PAGE, (i + 1) * PAGE, (byte) fill[i]);
        }
        return pages;
    }
}
