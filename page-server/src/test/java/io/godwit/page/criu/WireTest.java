package io.godwit.page.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.Header;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.Message;
import io.godwit.page.criu.wire.Messages;
import io.godwit.page.criu.wire.OpenObject;
import io.godwit.page.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of each message, in both forms; those of the long form were seen on the wire of CRIU 4.2. */
class WireTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final PagemapId SHMEM = new PagemapId(PagemapId.Kind.SHMEM, 0x1234);

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(
                        new AskParent(TASK),
                        "05000000 00000000 0000000000000000 0000000000000000 012a000000000000",
                        "05000000 00000000 0000000000000000 012a000000000000"),
                Arguments.of(
                        new OpenObject(TASK, true),
                        "04000000 00000000 0000000000000000 0000000000000000 012a000000000000",
                        "04000000 00000000 0000000000000000 012a000000000000"),
                Arguments.of(
                        new OpenObject(SHMEM, true),
                        "04000000 00000000 0000000000000000 0000000000000000 0234120000000000",
                        "04000000 00000000 0000000000000000 0234120000000000"),
                Arguments.of(
                        new OpenObject(TASK, false),
                        "03000000 00000000 0000000000000000 0000000000000000 012a000000000000",
                        "03000000 00000000 0000000000000000 012a000000000000"),
                Arguments.of(
                        new AddPages(TASK, 0x400000, 2, 4),
                        "06000400 00000000 0200000000000000 0000400000000000 012a000000000000",
                        "06000400 02000000 0000400000000000 012a000000000000"),
                Arguments.of(
                        new AddPages(TASK, 0x500000, 3, 1),
                        "06000100 00000000 0300000000000000 0000500000000000 012a000000000000",
                        "06000100 03000000 0000500000000000 012a000000000000"),
                Arguments.of(
                        new AddPages(TASK, 0x600000, 3, 2),
                        "06000200 00000000 0300000000000000 0000600000000000 012a000000000000",
                        "06000200 03000000 0000600000000000 012a000000000000"),
                Arguments.of(
                        new AddPages(TASK, 0x600000, 3, 6),
                        "06000600 00000000 0300000000000000 0000600000000000 012a000000000000",
                        "06000600 03000000 0000600000000000 012a000000000000"),
                Arguments.of(
                        new GetPages(32348, 0x5564c385b000L, 1),
                        "07000000 00000000 0100000000000000 00b085c364550000 5c7e000000000000",
                        "07000000 01000000 00b085c364550000 5c7e000000000000"),
                Arguments.of(
                        new CloseSession(false, true),
                        "23100000 00000000 0000000000000000 0000000000000000 0000000000000000",
                        "23100000 00000000 0000000000000000 0000000000000000"),
                Arguments.of(
                        new CloseSession(true, true),
                        "24100000 00000000 0000000000000000 0000000000000000 0000000000000000",
                        "24100000 00000000 0000000000000000 0000000000000000"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageHasTheseBytesInBothForms(Message message, String longForm, String shortForm) throws Exception {
        assertThat(encoded(message, HeaderForm.LONG)).isEqualTo(longForm.replace(" ", ""));
        assertThat(encoded(message, HeaderForm.SHORT)).isEqualTo(shortForm.replace(" ", ""));
        assertThat(Messages.decode(HeaderForm.LONG.decode(bytes(longForm)))).isEqualTo(message);
        assertThat(Messages.decode(HeaderForm.SHORT.decode(bytes(shortForm)))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theFirst24BytesTellTheForm(Message message, String longForm, String shortForm) throws Exception {
        assertThat(HeaderForm.ofFirst(bytes(shortForm))).isEqualTo(HeaderForm.SHORT);
        if (!(message instanceof CloseSession)) {
            assertThat(HeaderForm.ofFirst(bytes(longForm).slice(0, 24))).isEqualTo(HeaderForm.LONG);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "04000000 efbeadde 0000000000000000 0000000000000000 012a000000000000",
                "06000400 efbeadde 0200000000000000 0000400000000000 012a000000000000",
                "07000000 efbeadde 0100000000000000 00b085c364550000 5c7e000000000000",
            })
    void whatIsInThePaddingDoesNotMatter(String longForm) throws Exception {
        assertThat(HeaderForm.ofFirst(bytes(longForm))).isEqualTo(HeaderForm.LONG);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 1"})
    void theOldCommandsForPagesAreOnesWithFlags(int command, int flags) throws Exception {
        assertThat(Messages.decode(new Header(command, 0, 2, 0x400000, 0x2a01)))
                .isEqualTo(new AddPages(TASK, 0x400000, 2, flags));
    }

    @ParameterizedTest
    @CsvSource({
        "1, TASK",
        "10, TASK",
        "11, TASK",
        "16, TASK",
        "17, TASK",
        "2, SHMEM",
        "27, SHMEM",
        "28, SHMEM",
        "29, SHMEM",
        "32, SHMEM",
        "33, SHMEM",
        "34, SHMEM"
    })
    void oldNumbersOfTypesAreKnown(int type, PagemapId.Kind kind) throws Exception {
        assertThat(Messages.decode(new Header(4, 0, 0, 0, 7 << 8 | type)))
                .isEqualTo(new OpenObject(new PagemapId(kind, 7), true));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 1, 0x1000, 0x2a01, unknown command",
        "8, 0, 1, 0x1000, 0x2a01, unknown command",
        "4, 0, 0, 0, 0x2a03, type 3",
        "4, 0, 0, 0, 0x01, pid",
        "4, 0, 0, 0, 0xff0000000001, pid",
        "6, 4, 0, 0x1000, 0x2a01, no run of pages",
        "6, 4, -1, 0x1000, 0x2a01, no run of pages",
        "6, 4, 0x2000000000000, 0x1000, 0x2a01, no run of pages",
        "6, 4, 1, 0x1001, 0x2a01, no run of pages",
        "6, 4, 1, -4096, 0x2a01, no run of pages",
        "6, 0, 1, 0x1000, 0x2a01, where their contents are",
        "6, 5, 1, 0x1000, 0x2a01, where their contents are",
        "6, 8, 1, 0x1000, 0x2a01, where their contents are",
        "7, 0, 1, 0x1000, 0, pid",
    })
    void whatCanNotBeIsRefused(int command, int flags, String pages, String vaddr, String id, String words) {
        Header header = new Header(command, flags, Long.decode(pages), Long.decode(vaddr), Long.decode(id));
        assertThatThrownBy(() -> Messages.decode(header))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(words);
    }

    private static String encoded(Message message, HeaderForm form) {
        ByteBuf out = Unpooled.buffer();
        form.encode(message.header(), out);
        return ByteBufUtil.hexDump(out);
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }
}
