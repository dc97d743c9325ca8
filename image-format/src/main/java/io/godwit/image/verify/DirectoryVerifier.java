package io.godwit.image.verify;

import io.godwit.image.ImageKind;
import io.godwit.image.proto.InventoryEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Verifies the images of a dump, and as far as pages are in them those of its parents. */
public final class DirectoryVerifier {
    private DirectoryVerifier() {}

    /** All that is wrong; empty if the directory is good. Fails only if the directory itself can not be read. */
    public static List<Finding> verify(Path directory) throws IOException {
        Findings findings = new Findings();
        ImageSet images = ImageSet.load(directory, findings);
        boolean wholeTree = !preDump(images, findings);
        if (wholeTree) {
            new TreeCheck(images, findings).run();
            new ReferenceCheck(images, findings).run();
        }
        new MemoryCheck(images, findings).run(wholeTree);
        new SnapshotCheck(findings).run(directory);
        new ChecksumCheck(findings).run(directory);
        return findings.all();
    }

    /** Whether the directory holds memory alone, from a dump before the last one. */
    private static boolean preDump(ImageSet images, Findings findings) {
        Path file = images.file(ImageKind.INVENTORY);
        if (!images.has(file)) {
            findings.add(file, "missing; is this the directory of a complete dump?");
            return false;
        }
        Optional<InventoryEntry> inventory = images.one(file, InventoryEntry.class);
        if (images.sound(file) && images.all(file, InventoryEntry.class).size() != 1) {
            findings.add(file, "has not one entry");
        }
        int version = inventory.map(InventoryEntry::getImgVersion).orElse(2);
        if (version < 0 || version > 2) {
            findings.add(file, "is of version %d; Godwit knows 1 and 2", Integer.toUnsignedLong(version));
        }
        if (version != 0
                && images.sound(file)
                && !inventory.map(InventoryEntry::getFdinfoPerId).orElse(true)) {
            findings.add(file, "does not say that descriptor tables have ids of their own");
        }
        return version == 0;
    }
}
