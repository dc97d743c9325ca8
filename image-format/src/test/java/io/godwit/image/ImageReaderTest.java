package io.godwit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.GhostChunkEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.SkPacketEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageReaderTest {
    @TempDir
    Path directory;

    @Test
    void entriesComeBackInTheirOrder() throws IOException {
        List<FdinfoEntry> entries = List.of(descriptor(0), descriptor(1), descriptor(300));
        write("fdinfo-5.img", ImageEncoder.encode(ImageKind.FDINFO, entries));
        assertThat(ImageReader.open(directory, ImageKind.FDINFO, 5).readAll(FdinfoEntry.parser()))
                .isEqualTo(entries);
    }

    @Test
    void anImageOfVersionOneLacksTheOuterMagic() throws IOException {
        byte[] image = ImageEncoder.encode(ImageKind.FDINFO, List.of(descriptor(1)));
        write("fdinfo-5.img", Arrays.copyOfRange(image, 4, image.length));
        assertThat(ImageReader.open(directory, ImageKind.FDINFO, 5).one(FdinfoEntry.parser()))
                .isEqualTo(descriptor(1));
    }

    @Test
    void aFileWithMagicNumbersAloneHasNoEntries() throws IOException {
        write("fdinfo-5.img", ImageEncoder.encode(ImageKind.FDINFO, List.of()));
        assertThat(ImageReader.open(directory, ImageKind.FDINFO, 5).readAll(FdinfoEntry.parser()))
                .isEmpty();
    }

    @Test
    void unknownFieldsAreKept() throws IOException {
        UnknownFieldSet later = UnknownFieldSet.newBuilder()
                .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(42).build())
                .build();
        FdinfoEntry entry = descriptor(3).toBuilder().setUnknownFields(later).build();
        byte[] image = ImageEncoder.encode(ImageKind.FDINFO, List.of(entry));
        write("fdinfo-5.img", image);
        FdinfoEntry read = ImageReader.open(directory, ImageKind.FDINFO, 5).one(FdinfoEntry.parser());
        assertThat(read.getUnknownFields()).isEqualTo(later);
        assertThat(ImageEncoder.encode(ImageKind.FDINFO, List.of(read))).isEqualTo(image);
    }

    @Test
    void pipeContentsFollowTheirEntry() throws IOException {
        write(
                "pipes-data.img",
                ImageEncoder.encodeEntries(
                        ImageKind.PIPES_DATA,
                        List.of(
                                new Entry(pipe(7, 5), "hello".getBytes(StandardCharsets.US_ASCII)),
                                new Entry(pipe(8, 0), new byte[0]),
                                new Entry(pipe(9, 1), new byte[] {33}))));
        assertThat(ImageReader.open(directory, ImageKind.PIPES_DATA)
                        .readAllWithExtra(PipeDataEntry.parser(), PipeDataEntry::getBytes))
                .extracting(
                        read -> read.message().getPipeId() + ":" + new String(read.extra(), StandardCharsets.US_ASCII))
                .containsExactly("7:hello", "8:", "9:!");
    }

    @Test
    void queuedPacketsFollowTheirEntry() throws IOException {
        SkPacketEntry packet =
                SkPacketEntry.newBuilder().setIdFor(4).setLength(2).build();
        write(
                "sk-queues.img",
                ImageEncoder.encodeEntries(
                        ImageKind.SK_QUEUES,
                        List.of(new Entry(packet, new byte[] {1, 2}), new Entry(packet, new byte[] {3, 4}))));
        assertThat(ImageReader.open(directory, ImageKind.SK_QUEUES)
                        .readAllWithExtra(SkPacketEntry.parser(), SkPacketEntry::getLength))
                .extracting(read -> Hex.text(read.extra()))
                .containsExactly("0102", "0304");
    }

    @Test
    void aGhostFileHasItsContentsInOnePieceOrInChunks() throws IOException {
        write(
                "ghost-file-a.img",
                ImageEncoder.encodeEntries(
                        ImageKind.GHOST_FILE, List.of(new Entry(ghost(false), new byte[] {9, 8, 7}))));
        ImageReader whole = ImageReader.open(directory, ImageKind.GHOST_FILE, 10);
        assertThat(whole.next(GhostFileEntry.parser()).getChunks()).isFalse();
        assertThat(whole.rest()).containsExactly(9, 8, 7);

        GhostChunkEntry chunk =
                GhostChunkEntry.newBuilder().setOff(8192).setLen(2).build();
        write(
                "ghost-file-b.img",
                ImageEncoder.encodeEntries(
                        ImageKind.GHOST_FILE,
                        List.of(new Entry(ghost(true), new byte[0]), new Entry(chunk, new byte[] {5, 6}))));
        ImageReader chunked = ImageReader.open(directory, ImageKind.GHOST_FILE, 11);
        assertThat(chunked.next(GhostFileEntry.parser()).getChunks()).isTrue();
        assertThat(chunked.readAllWithExtra(GhostChunkEntry.parser(), GhostChunkEntry::getLen))
                .extracting(read -> read.message().getOff() + ":" + Hex.text(read.extra()))
                .containsExactly("8192:0506");
    }

    @Test
    void aFileCutAnywhereButBetweenEntriesIsRefused() throws IOException {
        byte[] one = ImageEncoder.encode(ImageKind.FDINFO, List.of(descriptor(1)));
        byte[] two = ImageEncoder.encode(ImageKind.FDINFO, List.of(descriptor(1), descriptor(2)));
        for (int length = 0; length < two.length; length++) {
            if (length == 8 || length == one.length) {
                continue;
            }
            write("fdinfo-5.img", Arrays.copyOf(two, length));
            assertThatThrownBy(() ->
                            ImageReader.open(directory, ImageKind.FDINFO, 5).readAll(FdinfoEntry.parser()))
                    .as("%d bytes", length)
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining(directory.resolve("fdinfo-5.img").toString());
        }
    }

    @Test
    void anyAlteredByteGivesEntriesOrAnImageExceptionAndNothingElse() throws IOException {
        byte[] image = ImageEncoder.encodeEntries(
                ImageKind.PIPES_DATA, List.of(new Entry(pipe(7, 5), new byte[5]), new Entry(pipe(8, 2), new byte[2])));
        int refused = 0;
        for (int i = 0; i < image.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] altered = image.clone();
                altered[i] ^= (byte) (1 << bit);
                write("pipes-data.img", altered);
                try {
                    ImageReader.open(directory, ImageKind.PIPES_DATA)
                            .readAllWithExtra(PipeDataEntry.parser(), PipeDataEntry::getBytes);
                } catch (ImageException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(8 * 8);
    }

    @Test
    void aSizeBeyondTheFileIsNotAllocated() throws IOException {
        write("fdinfo-5.img", Hex.bytes("19435654 32372156 ffffffff 00"));
        assertThatThrownBy(
                        () -> ImageReader.open(directory, ImageKind.FDINFO, 5).readAll(FdinfoEntry.parser()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("entry at byte 8")
                .hasMessageContaining("4294967295")
                .hasMessageContaining("truncated or damaged");
    }

    @Test
    void moreExtraBytesThanAFileHasAreNotAllocated() throws IOException {
        write(
                "pipes-data.img",
                ImageEncoder.encodeEntries(
                        ImageKind.PIPES_DATA, List.of(new Entry(pipe(7, 0xffff_fff0), new byte[3]))));
        assertThatThrownBy(() -> ImageReader.open(directory, ImageKind.PIPES_DATA)
                        .readAllWithExtra(PipeDataEntry.parser(), PipeDataEntry::getBytes))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("entry at byte 8");
    }

    @Test
    void anotherKindOfImageIsRefused() throws IOException {
        write("fdinfo-5.img", ImageEncoder.encode(ImageKind.FILES, List.of()));
        assertThatThrownBy(() -> ImageReader.open(directory, ImageKind.FDINFO, 5))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("magic 0x56303138 at byte 4")
                .hasMessageContaining("FDINFO has 0x56213732");
    }

    @Test
    void anInventoryWithAnOuterMagicIsRefused() throws IOException {
        write("inventory.img", Hex.bytes("19435654 16313158 02000000 0802"));
        assertThatThrownBy(() -> ImageReader.open(directory, ImageKind.INVENTORY))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("byte 0");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThat(ImageReader.exists(Images.in(directory), ImageKind.INVENTORY))
                .isFalse();
        assertThatThrownBy(() -> ImageReader.open(directory, ImageKind.INVENTORY))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(directory.resolve("inventory.img").toString());
    }

    @Test
    void aMessageWithoutARequiredFieldIsRefused() throws IOException {
        write("inventory.img", Hex.bytes("16313158 00000000"));
        assertThatThrownBy(
                        () -> ImageReader.open(directory, ImageKind.INVENTORY).one(InventoryEntry.parser()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("entry at byte 4")
                .hasMessageContaining("img_version");
    }

    @Test
    void twoEntriesAreNotOne() throws IOException {
        InventoryEntry entry = InventoryEntry.newBuilder().setImgVersion(2).build();
        write("inventory.img", ImageEncoder.encode(ImageKind.INVENTORY, List.of(entry, entry)));
        assertThatThrownBy(
                        () -> ImageReader.open(directory, ImageKind.INVENTORY).one(InventoryEntry.parser()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("2 entries");
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    private static FdinfoEntry descriptor(int fd) {
        return FdinfoEntry.newBuilder()
                .setId(fd + 1)
                .setFlags(0)
                .setType(FdTypes.REG)
                .setFd(fd)
                .build();
    }

    private static PipeDataEntry pipe(int id, int bytes) {
        return PipeDataEntry.newBuilder()
                .setPipeId(id)
                .setBytes(bytes)
                .setSize(65536)
                .build();
    }

    private static GhostFileEntry ghost(boolean chunks) {
        return GhostFileEntry.newBuilder()
                .setUid(0)
                .setGid(0)
                .setMode(0100644)
                .setChunks(chunks)
                .setSize(16384)
                .build();
    }
}
