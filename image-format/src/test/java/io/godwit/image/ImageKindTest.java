package io.godwit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.ImageKind.Framing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ImageKindTest {
    @Test
    void aKindOfWhichThereIsOneHasAFixedName() {
        assertThat(ImageKind.INVENTORY.fileName()).isEqualTo("inventory.img");
        assertThat(ImageKind.FILES.fileName()).isEqualTo("files.img");
    }

    @Test
    void aNumberedKindHasItsNumberInTheName() {
        assertThat(ImageKind.CORE.fileName(4711)).isEqualTo("core-4711.img");
        assertThat(ImageKind.PAGEMAP_SHMEM.fileName(1234567890123L)).isEqualTo("pagemap-shmem-1234567890123.img");
    }

    @Test
    void ghostFilesAndTcpStreamsAreNumberedInHexadecimal() {
        assertThat(ImageKind.GHOST_FILE.fileName(26)).isEqualTo("ghost-file-1a.img");
        assertThat(ImageKind.TCP_STREAM.fileName(255)).isEqualTo("tcp-stream-ff.img");
    }

    @Test
    void serviceFilesHaveNoSuffix() {
        assertThat(ImageKind.STATS_DUMP.fileName()).isEqualTo("stats-dump");
        assertThat(ImageKind.IRMAP_CACHE.fileName()).isEqualTo("irmap-cache");
    }

    @Test
    void aNumberWhereThereIsNoneIsRefusedAndTheReverse() {
        assertThatThrownBy(() -> ImageKind.FILES.fileName(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ImageKind.CORE.fileName()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyKindsThatShareAFormatShareAMagic() {
        Map<Integer, List<ImageKind>> shared = Arrays.stream(ImageKind.values())
                .filter(kind -> kind.framing() != Framing.RAW)
                .collect(Collectors.groupingBy(ImageKind::magic));
        shared.values().removeIf(kinds -> kinds.size() == 1);
        assertThat(shared.values())
                .containsExactlyInAnyOrder(
                        List.of(ImageKind.PAGEMAP, ImageKind.PAGEMAP_SHMEM),
                        List.of(ImageKind.BINFMT_MISC, ImageKind.BINFMT_MISC_DEVICE),
                        List.of(ImageKind.SIGNAL, ImageKind.THREAD_SIGNAL),
                        List.of(ImageKind.STATS_DUMP, ImageKind.STATS_RESTORE));
    }
}
