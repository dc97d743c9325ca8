package io.godwit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.DumpStatsEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.SeccompEntry;
import io.godwit.image.proto.SiginfoEntry;
import io.godwit.image.proto.StatsEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageEncoderTest {
    @Test
    void aPagemapHasTheBytesThatCriuWrites() {
        PagemapEntry stored = PagemapEntry.newBuilder()
                .setVaddr(0x400000)
                .setCompatNrPages(0)
                .setFlags(4)
                .setNrPages(2)
                .build();
        PagemapEntry lazy = PagemapEntry.newBuilder()
                .setVaddr(0x600000)
                .setCompatNrPages(0)
                .setFlags(2)
                .setNrPages(3)
                .build();
        PagemapHead head = PagemapHead.newBuilder().setPagesId(65537).build();
        assertThat(Hex.text(ImageEncoder.encode(ImageKind.PAGEMAP, List.of(head, stored, lazy))))
                .isEqualTo(Hex.text(Hex.bytes("19435654 25400856 04000000 08818004"
                        + " 0b000000 0880808002 1000 2004 2802"
                        + " 0b000000 0880808003 1000 2002 2803")));
    }

    @Test
    void theInventoryHasNoOuterMagic() {
        InventoryEntry inventory = InventoryEntry.newBuilder().setImgVersion(2).build();
        assertThat(ImageEncoder.encode(ImageKind.INVENTORY, List.of(inventory)))
                .isEqualTo(Hex.bytes("16313158 02000000 0802"));
    }

    @Test
    void statisticsBeginWithTheMagicOfServiceFiles() {
        StatsEntry stats = StatsEntry.newBuilder()
                .setDump(DumpStatsEntry.newBuilder()
                        .setFreezingTime(1)
                        .setFrozenTime(2)
                        .setMemdumpTime(3)
                        .setMemwriteTime(4)
                        .setPagesScanned(5)
                        .setPagesSkippedParent(6)
                        .setPagesWritten(7)
                        .setPagesLazy(8))
                .build();
        assertThat(Hex.text(ImageEncoder.encode(ImageKind.STATS_DUMP, List.of(stats))))
                .startsWith("40591055" + "06330957")
                .contains("0801" + "1002" + "1803" + "2004");
    }

    @Test
    void anEmptyMessageIsASizeOfZero() {
        assertThat(ImageEncoder.encode(ImageKind.SECCOMP, List.of(SeccompEntry.getDefaultInstance())))
                .isEqualTo(Hex.bytes("19435654 49304164 00000000"));
    }

    @Test
    void extraBytesFollowTheirMessageWithoutASizeOrPadding() {
        PipeDataEntry pipe = PipeDataEntry.newBuilder()
                .setPipeId(7)
                .setBytes(3)
                .setSize(65536)
                .build();
        byte[] image = ImageEncoder.encodeEntries(
                ImageKind.PIPES_DATA, List.of(new ImageEncoder.Entry(pipe, new byte[] {1, 2, 3})));
        assertThat(Hex.text(image))
                .isEqualTo("19435654" + "09374556" + "08000000" + "08071003" + "18808004" + "010203");
    }

    @Test
    void aRawImageHasNoEntries() {
        assertThatThrownBy(() -> ImageEncoder.encode(
                        ImageKind.PAGES,
                        List.of(SiginfoEntry.newBuilder()
                                .setSiginfo(ByteString.EMPTY)
                                .build())))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
