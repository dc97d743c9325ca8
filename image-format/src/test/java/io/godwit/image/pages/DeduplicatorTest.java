package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeduplicatorTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);

    @TempDir
    Path base;

    private final RecordingPuncher puncher = new RecordingPuncher();

    @Test
    void replacedPagesAreFreedInAllAncestorsAndTheNewestSnapshotStaysWhole() throws IOException {
        threeRounds(HolePuncher.NONE);
        Map<Long, Integer> before = Memory.of(PageIndex.load(base.resolve("2"), TASK));
        new Deduplicator(puncher).dedup(base.resolve("2"));
        assertThat(puncher.punched).containsExactlyInAnyOrder("1/pages-1.img 1+1", "0/pages-1.img 2+1");
        assertThat(Memory.of(PageIndex.load(base.resolve("2"), TASK)))
                .isEqualTo(before)
                .isEqualTo(Map.of(1L, 1, 2L, 12, 3L, 23, 4L, 4));
    }

    @Test
    void pagesAreFreedWhileTheNewSnapshotIsWritten() throws IOException {
        threeRounds(puncher);
        assertThat(puncher.punched).containsExactly("0/pages-1.img 1+2", "1/pages-1.img 1+1", "0/pages-1.img 2+1");
        assertThat(Memory.of(PageIndex.load(base.resolve("2"), TASK))).isEqualTo(Map.of(1L, 1, 2L, 12, 3L, 23, 4L, 4));
    }

    @Test
    void whatIsDeferredIsFreedOnceItIsReleased() throws IOException {
        DeferredPuncher deferred = new DeferredPuncher();
        threeRounds(deferred);
        assertThat(Memory.of(PageIndex.load(base.resolve("1"), TASK))).isEqualTo(Map.of(1L, 1, 2L, 12, 3L, 13, 4L, 4));
        deferred.release(puncher);
        deferred.release(puncher);
        assertThat(puncher.punched).containsExactly("0/pages-1.img 1+2", "1/pages-1.img 1+1", "0/pages-1.img 2+1");
    }

    @Test
    void onlyTheOverlapOfARunIsFreed() throws IOException {
        write(0, HolePuncher.NONE, sink -> {
            sink.data(0x1000, Memory.pages(1, 2));
            sink.data(0x5000, Memory.pages(5, 6, 7));
        });
        write(1, HolePuncher.NONE, sink -> sink.data(0x2000, Memory.pages(12, 13, 14, 15, 16)));
        new Deduplicator(puncher).dedup(base.resolve("1"));
        assertThat(puncher.punched).containsExactly("0/pages-1.img 1+3");
    }

    @Test
    void holesOfTheNewSnapshotFreeNothing() throws IOException {
        write(0, HolePuncher.NONE, sink -> sink.data(0x1000, Memory.pages(1, 2)));
        write(1, HolePuncher.NONE, sink -> sink.parent(0x1000, 2));
        new Deduplicator(puncher).dedup(base.resolve("1"));
        assertThat(puncher.punched).isEmpty();
    }

    @Test
    void aSnapshotWithoutAParentIsRefused() throws IOException {
        write(0, HolePuncher.NONE, sink -> sink.data(0x1000, Memory.pages(1)));
        assertThatThrownBy(() -> new Deduplicator(puncher).dedup(base.resolve("0")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("no parent");
    }

    @Test
    void aParentWithAPagemapThatTheSnapshotLacksIsRefusedBeforeAnythingIsFreed() throws IOException {
        threeRounds(HolePuncher.NONE);
        Files.copy(base.resolve("1/pagemap-42.img"), base.resolve("1/pagemap-43.img"));
        assertThatThrownBy(() -> new Deduplicator(puncher).dedup(base.resolve("2")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("pagemap-43.img");
        assertThat(puncher.punched).isEmpty();
    }

    /** Round 1 replaces pages 2 and 3 of round 0, round 2 replaces page 3 once more. */
    private void threeRounds(HolePuncher dedup) throws IOException {
        write(0, dedup, sink -> sink.data(0x1000, Memory.pages(1, 2, 3, 4)));
        write(1, dedup, sink -> {
            sink.parent(0x1000, 1);
            sink.data(0x2000, Memory.pages(12));
            sink.data(0x3000, Memory.pages(13));
            sink.parent(0x4000, 1);
        });
        write(2, dedup, sink -> {
            sink.parent(0x1000, 2);
            sink.data(0x3000, Memory.pages(23));
            sink.parent(0x4000, 1);
        });
    }

    /** Writes the pages of one round. */
    private interface Round {
        void write(PageSink sink) throws IOException;
    }

    private void write(int number, HolePuncher dedup, Round round) throws IOException {
        Optional<Path> parent = number == 0 ? Optional.empty() : Optional.of(Path.of("../" + (number - 1)));
        try (DirectorySnapshot snapshot =
                DirectorySnapshot.create(base.resolve(Integer.toString(number)), parent, dedup)) {
            try (PageSink sink = snapshot.pages(TASK)) {
                round.write(sink);
            }
            snapshot.finish();
        }
    }
}
