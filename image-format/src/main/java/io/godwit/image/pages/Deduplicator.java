package io.godwit.image.pages;

import io.godwit.image.ImageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Frees the disk blocks of pages that a newer snapshot of the same chain has replaced. No pagemap and no file size changes, so the
 * newest snapshot stays as complete as it was; the older ones can no longer be restored from.
 */
public final class Deduplicator {
    private final HolePuncher puncher;

    public Deduplicator(HolePuncher puncher) {
        this.puncher = puncher;
    }

    /** Frees in all parents of a snapshot what the snapshot itself holds. */
    public void dedup(Path directory) throws IOException {
        Optional<Path> parent = ParentLink.follow(directory);
        if (parent.isEmpty()) {
            throw new ImageException(directory + ": has no parent snapshot, so there is nothing to deduplicate; "
                    + "run this in the directory of the newest snapshot of a chain");
        }
        List<PagemapId> ids = pagemaps(parent.get());
        for (PagemapId id : ids) {
            if (!Files.exists(directory.resolve(id.pagemapFileName()))) {
                throw new ImageException(directory.resolve(id.pagemapFileName()) + ": missing, though the parent "
                        + parent.get() + " has it; these two are not snapshots of the same tree");
            }
        }
        for (PagemapId id : ids) {
            dedup(directory, id);
        }
    }

    private void dedup(Path directory, PagemapId id) throws IOException {
        Ancestors ancestors = Ancestors.of(directory, id, puncher);
        PagemapFile.open(directory, id).forEach((start, end, flags) -> {
            if ((flags & PageFlags.PARENT) == 0) {
                ancestors.punch(start, end);
            }
        });
        ancestors.flush();
    }

    private static List<PagemapId> pagemaps(Path directory) throws IOException {
        List<PagemapId> ids = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "pagemap-*.img")) {
            for (Path file : files) {
                PagemapId.parse(file.getFileName().toString()).ifPresent(ids::add);
            }
        }
        return ids;
    }
}
