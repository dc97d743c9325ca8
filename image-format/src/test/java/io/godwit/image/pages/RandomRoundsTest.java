package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that maps, writes and unmaps pages at random between rounds, against a plain map of what it should hold. */
class RandomRoundsTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final int ADDRESSES = 96;

    @TempDir
    Path base;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theLastRoundHoldsWhatTheProcessHolds(long seed) throws IOException {
        Random random = new Random(seed);
        HolePuncher dedup = seed % 2 == 0 ? HolePuncher.NONE : new RecordingPuncher();
        Map<Long, Integer> memory = new TreeMap<>();
        for (int round = 0; round < 7; round++) {
            Map<Long, Integer> before = new TreeMap<>(memory);
            change(memory, random);
            write(round, before, memory, dedup);
            assertThat(Memory.of(PageIndex.load(base.resolve(Integer.toString(round)), TASK)))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(memory);
        }
        new Deduplicator(new RecordingPuncher()).dedup(base.resolve("6"));
        assertThat(Memory.of(PageIndex.load(base.resolve("6"), TASK)))
                .as("seed %d, deduplicated", seed)
                .isEqualTo(memory);
    }

    private static void change(Map<Long, Integer> memory, Random random) {
        for (int i = 0; i < 40; i++) {
            long page = random.nextInt(ADDRESSES);
            if (random.nextInt(5) == 0) {
                memory.remove(page);
            } else {
                memory.put(page, random.nextInt(100));
            }
        }
    }

    private void write(int round, Map<Long, Integer> before, Map<Long, Integer> now, HolePuncher dedup)
            throws IOException {
        Optional<Path> parent = round == 0 ? Optional.empty() : Optional.of(Path.of("../" + (round - 1)));
        try (DirectorySnapshot snapshot =
                DirectorySnapshot.create(base.resolve(Integer.toString(round)), parent, dedup)) {
            try (PageSink sink = snapshot.pages(TASK)) {
                for (Map.Entry<Long, Integer> page : now.entrySet()) {
                    long address = page.getKey() * PageSink.PAGE;
                    if (page.getValue().equals(before.get(page.getKey()))) {
                        sink.parent(address, 1);
                    } else if (page.getValue() == 0) {
                        sink.zero(address, 1);
                    } else {
                        sink.data(address, Memory.pages(page.getValue()));
                    }
                }
            }
            snapshot.finish();
        }
    }
}
