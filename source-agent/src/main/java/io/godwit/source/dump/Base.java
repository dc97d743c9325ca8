package io.godwit.source.dump;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.pages.ParentLink;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.source.track.KeptTrackers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a dump builds on: the snapshot before, and the trackers that know the writes since. One goes with the other: if
 * either is missing or they do not belong together, all memory is dumped and nothing is left to a parent.
 */
final class Base implements AutoCloseable {
    private static final Pattern RUN_ID = Pattern.compile("[0-9a-fA-F-]{36}");

    private final Optional<Path> parent;
    private final Optional<KeptTrackers> trackers;
    private final Optional<String> warning;

    private Base(Optional<Path> parent, Optional<KeptTrackers> trackers, Optional<String> warning) {
        this.parent = parent;
        this.trackers = trackers;
        this.warning = warning;
    }

    /**
     * Looks for them.
     *
     * @param pid the root of the tree
     * @param directory the new snapshot's
     * @param previous the directory of the snapshot before, relative to that
     * @throws IOException if that is no directory of a complete snapshot
     */
    static Base open(int pid, Path directory, Optional<Path> previous) throws IOException {
        if (previous.isEmpty()) {
            return new Base(Optional.empty(), Optional.empty(), Optional.empty());
        }
        Path before = directory.resolve(previous.get());
        String id = runId(before, directory);
        requireNoneOf(before, directory);
        Optional<KeptTrackers> kept = RUN_ID.matcher(id).matches() ? KeptTrackers.since(id) : Optional.empty();
        if (kept.isEmpty()) {
            return full(
                    before + ": the writes since this dump are not known any more: their tracker has ended, or a later"
                            + " dump has taken it over");
        }
        int root = kept.get().root();
        if (root != pid) {
            kept.get().close();
            return full(before + ": is a dump of process " + root + ", not of process " + pid);
        }
        return new Base(previous, kept, Optional.empty());
    }

    private static Base full(String why) {
        return new Base(
                Optional.empty(),
                Optional.empty(),
                Optional.of(why + "; so all memory is dumped, and nothing is left to a parent"));
    }

    private static String runId(Path before, Path directory) throws IOException {
        if (!Files.isDirectory(before)) {
            throw new ImageException(before + ": no such directory; the directory of the dump before is looked for"
                    + " relative to " + directory);
        }
        Path inventory = before.resolve(ImageKind.INVENTORY.fileName());
        if (!Files.exists(inventory)) {
            throw new ImageException(before + ": has no " + inventory.getFileName()
                    + ", so no dump was completed in it; name the directory of one that was");
        }
        return ImageReader.openFile(inventory, ImageKind.INVENTORY)
                .next(InventoryEntry.parser())
                .getDumpCriuRunId();
    }

    /** The new snapshot would replace one of which it needs pages. */
    private static void requireNoneOf(Path before, Path directory) throws IOException {
        Set<Path> seen = new HashSet<>();
        Optional<Path> at = Optional.of(before.toRealPath());
        while (at.isPresent() && seen.add(at.get())) {
            at = ParentLink.follow(at.get());
        }
        if (seen.contains(directory.toRealPath())) {
            throw new ImageException(directory + ": the dump before, in " + before
                    + ", is in it or builds on what is in it; use a new directory for each dump of a chain");
        }
    }

    /** What the parent link of the new snapshot shall say; empty if it has no parent. */
    Optional<Path> parent() {
        return parent;
    }

    Optional<KeptTrackers> trackers() {
        return trackers;
    }

    /** Why the dump has to be full although a snapshot before was named. */
    Optional<String> warning() {
        return warning;
    }

    /** From here on a failure makes the next dump a full one: the trackers are asked what they will not tell again. */
    void takeOver() throws IOException {
        if (trackers.isPresent()) {
            trackers.get().takeOver();
        }
    }

    @Override
    public void close() {
        trackers.ifPresent(KeptTrackers::close);
    }
}
