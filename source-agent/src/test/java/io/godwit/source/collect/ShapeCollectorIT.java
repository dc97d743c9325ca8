package io.godwit.source.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shape of a process that changes while it is looked at. */
@Timeout(120)
class ShapeCollectorIT {
    private static final int MAP_NORESERVE = 0x4000;
    private static final int SHAPES = 200;
    private static final int MOST_SHAPES = 20_000;

    @TempDir
    Path directory;

    private final Map<Integer, VmaFlags> known = new HashMap<>();

    /** The target makes a mapping anew, and drops its pages, when it is told that its flags are others. */
    @Test
    void aMappingThatGrowsKeepsItsFlags() throws IOException {
        try (Puppet victim = Puppet.start()) {
            victim.run("at = mmap(0x200000000000, 32, RW, PRIVATE | ANON | 0x4000)");
            victim.run("""
                    def change():
                        while True:
                            mremap(at, 32, 64)
                            mremap(at, 64, 32)
                    threading.Thread(target=change, daemon=True).start()""");
            long start = victim.number("at");

            Set<Boolean> reserved = new TreeSet<>();
            Set<Long> ends = new TreeSet<>();
            for (int i = 0; i < SHAPES || ends.size() < 2 && i < MOST_SHAPES; i++) {
                VmaEntry mapping = shape(victim.pid(), i).stream()
                        .filter(vma -> vma.getStart() == start)
                        .findFirst()
                        .orElseThrow();
                reserved.add((mapping.getFlags() & MAP_NORESERVE) == 0);
                ends.add(mapping.getEnd());
            }
            assertThat(ends).as("ends of the mapping that were seen").hasSizeGreaterThan(1);
            assertEquals(Set.of(false), reserved);
        }
    }

    /** That costs a walk over all pages, which is spared where no mapping is new. */
    @Test
    void theFlagsOfANewMappingAreRead() throws IOException {
        try (Puppet victim = Puppet.start()) {
            victim.run("at = mmap(0x200000000000, 32, RW, PRIVATE | ANON)");
            shape(victim.pid(), 0);
            victim.run("munmap(at, 32)");
            victim.run("new = mmap(0x200000040000, 32, RW, PRIVATE | ANON | 0x4000)");

            List<VmaEntry> mappings = shape(victim.pid(), 1);

            assertThat(mappings).noneMatch(vma -> vma.getStart() == 0x200000000000L);
            assertThat(mappings)
                    .filteredOn(vma -> vma.getStart() == 0x200000040000L)
                    .singleElement()
                    .matches(vma -> (vma.getFlags() & MAP_NORESERVE) != 0);
        }
    }

    private List<VmaEntry> shape(int pid, int number) throws IOException {
        Path own = Files.createDirectory(directory.resolve(Integer.toString(number)));
        ShapeCollector shape = new ShapeCollector(known);
        shape.add(pid, 0, pid, 0);
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(own, Optional.empty(), HolePuncher.NONE)) {
            shape.write(snapshot, io.godwit.source.cgroup.TreeCgroups.ignored());
            snapshot.finish();
        }
        return ImageReader.open(own, ImageKind.MM, pid).one(MmEntry.parser()).getVmasList();
    }
}
