package io.godwit.image.pages;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes a snapshot into a directory of this host. */
public final class DirectorySnapshot implements SnapshotSink {
    private final Path directory;
    private final HolePuncher dedup;
    private int pagesId;

    private DirectorySnapshot(Path directory, HolePuncher dedup) {
        this.directory = directory;
        this.dedup = dedup;
    }

    /**
     * Begins a snapshot in a directory, which is made if it is not there.
     *
     * @param parent what the {@code parent} link shall say, relative to the directory
     * @param dedup frees pages of the parents that this snapshot replaces; {@link HolePuncher#NONE} to keep them
     */
    public static DirectorySnapshot create(Path directory, Optional<Path> parent, HolePuncher dedup)
            throws IOException {
        Files.createDirectories(directory);
        Path link = directory.resolve(PageIndex.PARENT_LINK);
        if (parent.isPresent()) {
            if (!Files.isDirectory(directory.resolve(parent.get()))) {
                throw new ImageException(directory.resolve(parent.get())
                        + ": no such directory; the parent is looked for relative to " + directory);
            }
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, parent.get());
        }
        return new DirectorySnapshot(directory, dedup);
    }

    public Path directory() {
        return directory;
    }

    @Override
    public void image(String fileName, byte[] content) throws IOException {
        Files.write(directory.resolve(fileName), content);
    }

    @Override
    public PageSink pages(PagemapId id) throws IOException {
        pagesId++;
        Path parent = directory.resolve(PageIndex.PARENT_LINK);
        PageIndex below = PageIndex.loadIfPresent(parent, id);
        Path pages = directory.resolve(ImageKind.PAGES.fileName(pagesId));
        return new PageFileSink(directory.resolve(id.pagemapFileName()), pages, pagesId, below, dedup);
    }

    @Override
    public void finish() {}

    @Override
    public void close() {}
}
