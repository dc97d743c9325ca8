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
import io.godwit.page.criu.server.ServerOptions.Limits;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.OpenObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients that speak byte by byte store in a server on a real socket, and are given by it. */
class CriuPageServerTest {
    private static final PagemapId TASK = LoggedServers.TASK;
    private static final int PAGE = LoggedServers.PAGE;
    private static final PagemapId OTHER = new PagemapId(PagemapId.Kind.SHMEM, 0x1234);
    private static final byte[] ZERO = {0, 0, 0, 0};
    private static final byte[] ONE = {1, 0, 0, 0};

    @TempDir
    private Path images;

    private final LoggedServers servers = new LoggedServers();

    @ParameterizedTest
    @EnumSource(HeaderForm.class)
    void aSessionBecomesImages(HeaderForm form) throws IOException {
        try (CriuPageServer server = servers.start(images, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), form)) {
            assertThat(client.say(new AskParent(TASK)).read(4)).isEqualTo(ZERO);
            assertThat(client.say(new OpenObject(TASK, true)).read(1)).containsExactly(0);
            client.say(new AddPages(TASK, 0x400000, 2, 4)).send(LoggedServers.pages(1, 2));
            client.say(new AddPages(TASK, 0x600000, 3, 2));
            assertThat(client.say(new OpenObject(OTHER, true)).read(1)).containsExactly(0);
            client.say(new AddPages(OTHER, 0, 1, 6)).send(LoggedServers.pages(3));
            assertThat(client.say(new CloseSession(false, true)).read(4)).isEqualTo(ZERO);
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", servers.log()).isTrue();
        }
        assertThat(LoggedServers.names(images))
                .containsExactly("pagemap-42.img", "pagemap-shmem-4660.img", "pages-65537.img", "pages-65538.img");
        assertThat(Files.readAllBytes(images.resolve("pages-65537.img"))).isEqualTo(LoggedServers.pages(1, 2));
        assertThat(Files.readAllBytes(images.resolve("pages-65538.img"))).isEqualTo(LoggedServers.pages(3));
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
        try (CriuPageServer server = servers.start(images, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.SHORT)) {
            assertThat(client.say(question).read(4)).isEqualTo(ZERO);
            byte[] more = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(question.header().dstId())
                    .array();
            SpeakingPieces pieces = new SpeakingPieces(HeaderForm.LONG).send(more);
            pieces.say(new OpenObject(TASK, false));
            pieces.say(new AddPages(TASK, 0x400000, 2, 4)).send(LoggedServers.pages(1, 2));
            pieces.say(new CloseSession(false, true)).sendTo(client, bytes);
            assertThat(client.read(4)).isEqualTo(ZERO);
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", servers.log()).isTrue();
        }
        assertThat(Files.readAllBytes(images.resolve("pages-65537.img"))).isEqualTo(LoggedServers.pages(1, 2));
    }

    @ParameterizedTest
    @CsvSource({"SHORT, 777", "LONG, 777", "LONG, 1000000"})
    void headersAndPagesMayComeInAnyPieces(HeaderForm form, int bytes) throws IOException {
        List<Integer> sent = new ArrayList<>();
        try (CriuPageServer server = servers.start(images, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), form)) {
            SpeakingPieces pieces = new SpeakingPieces(form);
            pieces.say(new OpenObject(TASK, false));
            for (int i = 0; i < 40; i++) {
                pieces.say(new AddPages(TASK, 0x400000 + i * 0x10000L, 3, 4))
                        .send(LoggedServers.pages(i, i + 1, i + 2));
                pieces.say(new AddPages(TASK, 0x404000 + i * 0x10000L, 1, 2));
                sent.addAll(List.of(i, i + 1, i + 2));
            }
            pieces.say(new CloseSession(false, true)).sendTo(client, bytes);
            assertThat(client.read(4)).isEqualTo(ZERO);
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", servers.log()).isTrue();
        }
        assertThat(runs()).hasSize(80).isSortedAccordingTo(Comparator.comparing(PagemapEntry::getVaddr));
        assertThat(Files.readAllBytes(images.resolve("pages-65537.img")))
                .isEqualTo(LoggedServers.pages(
                        sent.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Test
    void anEmptySessionIsOneInBothForms() throws IOException {
        for (HeaderForm form : HeaderForm.values()) {
            try (CriuPageServer server = servers.start(images, Optional.empty(), false, false, Limits.NONE);
                    SpeakingClient client = new SpeakingClient(server.address(), form)) {
                assertThat(client.say(new CloseSession(true, true)).read(4)).isEqualTo(ZERO);
                client.endOfStream();
                assertThat(server.awaitOne()).as("%s: %s", form, servers.log()).isTrue();
            }
        }
        assertThat(LoggedServers.names(images)).isEmpty();
    }

    @Test
    void holesAreInTheParent() throws IOException {
        Path first = Files.createDirectory(images.resolve("1"));
        Path second = Files.createDirectory(images.resolve("2"));
        storeFirst(first, 4, LoggedServers.pages(1, 2, 3, 4));
        try (CriuPageServer server = servers.start(second, Optional.of(Path.of("../1")), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            assertThat(client.say(new AskParent(TASK)).read(4)).isEqualTo(ONE);
            assertThat(client.say(new AskParent(OTHER)).read(4)).isEqualTo(ZERO);
            assertThat(client.say(new OpenObject(TASK, true)).read(1)).containsExactly(1);
            client.say(new AddPages(TASK, 0x400000, 1, 4)).send(LoggedServers.pages(9));
            client.say(new AddPages(TASK, 0x401000, 3, 1));
            LoggedServers.finish(client);
            assertThat(server.awaitOne()).as("%s", servers.log()).isTrue();
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
        storeFirst(first, 4, LoggedServers.pages(1, 2, 3, 4));
        List<String> freed = new ArrayList<>();
        HolePuncher dedup = (file, offset, bytes) -> freed.add(file.getFileName() + " " + offset + " " + bytes);
        try (CriuPageServer server =
                        servers.start(second, Optional.of(Path.of("../1")), false, false, Limits.NONE, dedup);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, 1, 1));
            client.say(new AddPages(TASK, 0x401000, 2, 4)).send(LoggedServers.pages(8, 9));
            LoggedServers.finish(client);
            assertThat(server.awaitOne()).as("%s", servers.log()).isTrue();
        }
        assertThat(freed).containsExactly("pages-65537.img 4096 8192");
    }

    @Test
    void aHoleThatTheParentLacksEndsTheSessionAndLeavesNothing() throws IOException {
        Path first = Files.createDirectory(images.resolve("1"));
        Path second = Files.createDirectory(images.resolve("2"));
        storeFirst(first, 4, LoggedServers.pages(1));
        try (CriuPageServer server = servers.start(second, Optional.of(Path.of("../1")), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, 2, 1));
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(server.awaitOne()).isFalse();
        }
        assertThat(servers.log()).anyMatch(line -> line.contains("the page at 0x401000 is said to be in the parent"));
        assertThat(second.resolve("pagemap-42.img")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(HeaderForm.class)
    void aFinishedDumpIsServedPageByPage(HeaderForm form) throws IOException {
        storeFirst(images, 6, LoggedServers.pages(1, 2, 3));
        try (CriuPageServer server = servers.start(images, Optional.empty(), true, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), form)) {
            client.say(new GetPages(42, 0x401000, 54)).say(new GetPages(42, 0x400000, 1));
            byte[] answer = client.read(form.bytes());
            assertThat(answer).startsWith(6, 0, 4, 0);
            assertThat(answer[form == HeaderForm.LONG ? 8 : 4]).isEqualTo((byte) 2);
            assertThat(client.read(2 * PAGE)).isEqualTo(LoggedServers.pages(2, 3));
            client.read(form.bytes());
            assertThat(client.read(PAGE)).isEqualTo(LoggedServers.pages(1));
            client.endOfStream();
            assertThat(server.awaitOne()).as("%s", servers.log()).isTrue();
        }
    }

    /** Stores pages from 0x400000 on, by a session of their own. */
    private void storeFirst(Path directory, int flags, byte[] contents) throws IOException {
        try (CriuPageServer server = servers.start(directory, Optional.empty(), false, false, Limits.NONE);
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG)) {
            client.say(new AddPages(TASK, 0x400000, contents.length / PAGE, flags))
                    .send(contents);
            LoggedServers.finish(client);
            assertThat(server.awaitOne()).isTrue();
        }
    }

    private List<PagemapEntry> runs() throws IOException {
        ImageReader pagemap = ImageReader.open(images, ImageKind.PAGEMAP, TASK.id());
        pagemap.next(PagemapHead.parser());
        return pagemap.readAll(PagemapEntry.parser());
    }
}
