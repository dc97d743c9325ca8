package io.godwit.image.verify;

import io.godwit.image.ImageKind;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The mappings of each process do not overlap, and all its pages are in them. */
final class MemoryCheck {
    private static final int PAGE_BYTES = 4096;

    /** Ranges of guard pages lie in other mappings. */
    private static final int GUARD = 1 << 16;

    private final ImageSet images;
    private final Findings findings;

    MemoryCheck(ImageSet images, Findings findings) {
        this.images = images;
        this.findings = findings;
    }

    void run() {
        for (Path file : images.files()) {
            images.one(file, MmEntry.class).ifPresent(memory -> mappings(file, memory));
            PagemapId.parse(file.getFileName().toString())
                    .filter(id -> id.kind() == PagemapId.Kind.TASK)
                    .ifPresent(id -> pages(file, images.directory().resolve(ImageKind.MM.fileName(id.id()))));
        }
    }

    private void mappings(Path file, MmEntry memory) {
        List<VmaEntry> vmas = new ArrayList<>(memory.getVmasList());
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

    private void pages(Path pagemap, Path mm) {
        Optional<MmEntry> memory = images.one(mm, MmEntry.class);
        if (memory.isEmpty() || !images.sound(mm)) {
            return;
        }
        Ranges mapped = new Ranges();
        memory.get().getVmasList().forEach(vma -> mapped.add(vma.getStart(), vma.getEnd()));
        for (Run run : Pagemap.of(images, pagemap).runs()) {
            long missing = mapped.firstMissing(run.start(), run.end());
            if (missing != run.end()) {
                findings.add(pagemap, "has the page 0x%x, which is in no mapping of %s", missing, mm.getFileName());
            }
        }
    }
}
