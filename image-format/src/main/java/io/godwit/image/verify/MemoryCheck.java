package io.godwit.image.verify;

import io.godwit.image.ImageKind;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.proto.IpcShmEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mappings of each process do not overlap, and all its pages are in them. */
final class MemoryCheck {
    private static final int PAGE_BYTES = 4096;

    /** Ranges of guard pages lie in other mappings. */
    private static final int GUARD = 1 << 16;

    private static final int ANON_SHARED = 1 << 8;

    private final ImageSet images;
    private final Findings findings;

    MemoryCheck(ImageSet images, Findings findings) {
        this.images = images;
        this.findings = findings;
    }

    /** Checks the memory of processes, and of a whole tree the shared memory. */
    void run(boolean wholeTree) {
        for (Path file : images.files()) {
            images.one(file, MmEntry.class).ifPresent(memory -> mappings(file, vmas(file, memory)));
            PagemapId.parse(file.getFileName().toString())
                    .filter(id -> id.kind() == PagemapId.Kind.TASK)
                    .ifPresent(id -> pages(file, images.directory().resolve(ImageKind.MM.fileName(id.id()))));
        }
        if (wholeTree) {
            sharedPages();
        }
    }

    /** Old versions have them in an image of their own. */
    private List<VmaEntry> vmas(Path file, MmEntry memory) {
        return memory.getVmasCount() > 0
                ? memory.getVmasList()
                : images.all(images.sibling(file, ImageKind.VMAS), VmaEntry.class);
    }

    private void mappings(Path file, List<VmaEntry> all) {
        List<VmaEntry> vmas = new ArrayList<>(all);
        vmas.removeIf(vma -> (vma.getStatus() & GUARD) != 0);
        vmas.sort(Comparator.comparing(VmaEntry::getStart, Long::compareUnsigned));
        VmaEntry previous = null;
        for (VmaEntry vma : vmas) {
            boolean whole = vma.getStart() % PAGE_BYTES == 0 && vma.getEnd() % PAGE_BYTES == 0;
            if (!whole || Long.compareUnsigned(vma.getStart(), vma.getEnd()) >= 0) {
                findings.add(
                        file, "the mapping 0x%x-0x%x is not of whole pages, or empty", vma.getStart(), vma.getEnd());
            }
            if (previous != null && Long.compareUnsigned(vma.getStart(), previous.getEnd()) < 0) {
                findings.add(
                        file,
                        "the mappings 0x%x-0x%x and 0x%x-0x%x overlap",
                        previous.getStart(),
                        previous.getEnd(),
                        vma.getStart(),
                        vma.getEnd());
            }
            previous = vma;
        }
    }

    /** Shared memory is as large as the farthest mapping of it, or says its size if it is a memfd. */
    private void sharedPages() {
        Map<Long, Long> sizes = new HashMap<>();
        for (Path file : images.files()) {
            images.one(file, MmEntry.class)
                    .ifPresent(memory -> vmas(file, memory).stream()
                            .filter(vma -> (vma.getStatus() & ANON_SHARED) != 0)
                            .forEach(vma -> sizes.merge(
                                    vma.getShmid(), vma.getPgoff() + vma.getEnd() - vma.getStart(), Math::max)));
            images.all(file, MemfdInodeEntry.class)
                    .forEach(
                            memfd -> sizes.merge(Integer.toUnsignedLong(memfd.getShmid()), memfd.getSize(), Math::max));
            images.all(file, IpcShmEntry.class)
                    .forEach(segment -> sizes.merge(
                            Integer.toUnsignedLong(segment.getDesc().getId()), segment.getSize(), Math::max));
        }
        for (Path file : images.files()) {
            PagemapId.parse(file.getFileName().toString())
                    .filter(id -> id.kind() == PagemapId.Kind.SHMEM)
                    .ifPresent(id -> shared(file, sizes.get(id.id())));
        }
    }

    private void shared(Path pagemap, Long size) {
        if (size == null) {
            findings.add(pagemap, "is of a shared memory object that no mapping and no file is of");
            return;
        }
        long end = (size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        for (Run run : Pagemap.of(images, pagemap).runs()) {
            if (run.end() > end) {
                findings.add(pagemap, "has the page 0x%x, and its object ends at 0x%x", run.end() - PAGE_BYTES, end);
                return;
            }
        }
    }

    private void pages(Path pagemap, Path mm) {
        Optional<MmEntry> memory = images.one(mm, MmEntry.class);
        if (memory.isEmpty() || !images.sound(mm)) {
            return;
        }
        Ranges mapped = new Ranges();
        vmas(mm, memory.get()).forEach(vma -> mapped.add(vma.getStart(), vma.getEnd()));
        for (Run run : Pagemap.of(images, pagemap).runs()) {
            long missing = mapped.firstMissing(run.start(), run.end());
            if (missing != run.end()) {
                findings.add(pagemap, "has the page 0x%x, which is in no mapping of %s", missing, mm.getFileName());
            }
        }
    }
}
