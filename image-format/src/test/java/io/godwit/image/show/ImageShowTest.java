package io.godwit.image.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.EventfdFileEntry;
import io.godwit.image.proto.GhostChunkEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.TcpStreamEntry;
import io.godwit.image.verify.GoodDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageShowTest {
    @TempDir
    private Path base;

    private Path dump;

    @BeforeEach
    void aGoodDump() throws IOException {
        dump = GoodDump.write(base);
    }

    @Test
    void jsonHasTheNamesOfTheSchemasAndTheValuesOfTheFile() throws IOException {
        assertThat(json("fdinfo-7.img"))
                .isEqualToIgnoringWhitespace("{\"magic\": \"FDINFO\", \"file\": \"fdinfo-7.img\", \"entries\": ["
                        + "{\"id\": 2, \"flags\": 0, \"type\": \"REG\", \"fd\": 0},"
                        + "{\"id\": 3, \"flags\": 0, \"type\": \"REG\", \"fd\": 1}]}");
    }

    @Test
    void textHasNamesForFlagsAndAddressesInHexadecimal() throws IOException {
        assertThat(text("mm-42.img"))
                .contains("mm-42.img (MM)\n  entry 1\n", "    vmas:\n      start: 0x3000\n", "      fd: -1\n")
                .contains("prot: PROT_READ | PROT_WRITE\n", "status: VMA_AREA_REGULAR | VMA_FILE_PRIVATE\n");
    }

    @Test
    void rawBytesAreGivenByTheirLengthAndTheirBeginning() throws IOException {
        assertThat(text("pipes-data.img")).contains("extra: 5 bytes: 68656c6c6f\n");
        assertThat(json("pipes-data.img")).contains("\"extra\": {\"bytes\": 5, \"prefix\": \"68656c6c6f\"}");
        assertThat(text("pages-1.img")).contains("pages-1.img (raw)", "bytes: 4096\n", "pages: 1\n");
    }

    @Test
    void theTwoQueuesOfAConnectionAndTheChunksOfAFileAreToldApart() throws IOException {
        TcpStreamEntry stream = TcpStreamEntry.newBuilder()
                .setInqLen(1)
                .setInqSeq(0)
                .setOutqLen(2)
                .setOutqSeq(0)
                .setOptMask(0)
                .setSndWscale(0)
                .setMssClamp(0)
                .build();
        put("tcp-stream-a.img", ImageKind.TCP_STREAM, List.of(new Entry(stream, new byte[] {1, 2, 3})));
        assertThat(text("tcp-stream-a.img")).contains("inq: 1 bytes: 01\n", "outq: 2 bytes: 0203\n");

        GhostFileEntry ghost = GhostFileEntry.newBuilder()
                .setUid(0)
                .setGid(0)
                .setMode(0100644)
                .setChunks(true)
                .setSize(9000)
                .build();
        GhostChunkEntry chunk =
                GhostChunkEntry.newBuilder().setLen(2).setOff(4096).build();
        Entry first = new Entry(ghost, new byte[0]);
        put("ghost-file-1.img", ImageKind.GHOST_FILE, List.of(first, new Entry(chunk, new byte[] {7, 8})));
        assertThat(text("ghost-file-1.img")).contains("entry 2\n    len: 2\n    off: 4096\n    extra: 2 bytes: 0708\n");
    }

    @Test
    void unsignedNumbersStayUnsigned() throws IOException {
        assertThat(json("mm-42.img")).contains("\"fd\": -1").doesNotContain("\"start\": -");
        StringBuilder out = new StringBuilder();
        MessageTree tree = new MessageTree(false);
        JsonText.write(
                out,
                tree.of(new ImageEntry(
                        EventfdFileEntry.newBuilder()
                                .setFlags(-1)
                                .setCounter(-2)
                                .buildPartial(),
                        List.of())));
        assertThat(out).hasToString("{\"flags\": 4294967295, \"counter\": 18446744073709551614}");
    }

    @Test
    void aDirectoryIsShownFileByFile() throws IOException {
        StringBuilder text = new StringBuilder();
        ImageShow.text(dump, text);
        StringBuilder json = new StringBuilder();
        ImageShow.json(dump, json);
        for (Path image : ImageShow.images(dump)) {
            assertThat(text).contains(image.getFileName() + " (");
            assertThat(json).contains("\"file\": \"" + image.getFileName() + "\"");
        }
    }

    @Test
    void anImageIsKnownByItsMagicUnderAnyName() throws IOException {
        Files.copy(dump.resolve("files.img"), dump.resolve("copy"));
        assertThat(ImageInfo.of(dump.resolve("copy")))
                .containsEntry("kind", "FILES")
                .containsEntry("magic", "0x56303138")
                .containsEntry("count", 3L);
        assertThat(ImageInfo.of(dump.resolve("pages-1.img"))).containsEntry("bytes", 4096L);
    }

    @Test
    void whatIsNoImageIsRefused() throws IOException {
        Path file = Files.writeString(base.resolve("notes.txt"), "nothing of the kind");
        assertThatThrownBy(() -> ImageInfo.of(file))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("notes.txt");
        assertThatThrownBy(() -> ImageShow.text(base, new StringBuilder()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("no image files");
    }

    @Test
    void namesCanNotCommandATerminal() {
        assertThat(PlainText.printable("a\u001b[2Jb")).isEqualTo("a\\x1b[2Jb");
        assertThat(PlainText.printable("plain é")).isEqualTo("plain é");
    }

    private String json(String file) throws IOException {
        StringBuilder out = new StringBuilder();
        ImageShow.json(dump.resolve(file), out);
        return out.toString();
    }

    private String text(String file) throws IOException {
        StringBuilder out = new StringBuilder();
        ImageShow.text(dump.resolve(file), out);
        return out.toString();
    }

    private void put(String name, ImageKind kind, List<Entry> entries) throws IOException {
        Files.write(dump.resolve(name), ImageEncoder.encodeEntries(kind, entries));
    }
}
