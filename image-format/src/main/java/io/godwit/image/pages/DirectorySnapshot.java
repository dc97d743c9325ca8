package io.godwit.image.pages;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a snapshot into a directory of this host. If it is closed before it is finished, the files it wrote are deleted. The
 * inventory of a snapshot that was there before is deleted first: who writes the new one last leaves a directory without one, if
 * anything ends it on the way.
 */
public final class DirectorySnapshot implements SnapshotSink {
    private final Path directory;
    private final HolePuncher dedup;
    private final boolean checked;
    private final ImageChecksums checksums = new ImageChecksums();
    private final List<Path> written = new ArrayList<>();
    private int pagesId;
    private int open;
    private boolean finished;

    private DirectorySnapshot(Path directory, HolePuncher dedup, boolean checked) {
        this.directory = directory;
        this.dedup = dedup;
        this.checked = checked;
    }

    /**
     * Begins a snapshot in a directory, which is made if it is not there.
     *
     * @param parent what the {@code parent} link shall say, relative to the directory; if empty, a link that is there is kept
     * @param dedup frees pages of the parents that this snapshot replaces; {@link HolePuncher#NONE} to keep them, as
     *     what is freed stays lost even if this snapshot is never finished
     */
    public static DirectorySnapshot create(Path directory, Optional<Path> parent, HolePuncher dedup)
            throws IOException {
        return create(directory, parent, dedup, true);
    }

    /** As {@link #create}, without checksums. */
    static DirectorySnapshot unchecked(Path directory, Optional<Path> parent, HolePuncher dedup) throws IOException {
        return create(directory, parent, dedup, false);
    }

    private static DirectorySnapshot create(Path directory, Optional<Path> parent, HolePuncher dedup, boolean checked)
            throws IOException {
        Files.createDirectories(directory);
        if (parent.isPresent()) {
            ParentLink.make(directory, parent.get());
        }
        return new DirectorySnapshot(directory, dedup, checked);
    }

    public Path directory() {
        return directory;
    }

    @Override
    public void image(String fileName, byte[] content) throws IOException {
        Path file = directory.resolve(requirePlain(fileName));
        begin();
        written.add(file);
        NewFile.write(file, content);
        if (checked) {
            checksums.add(fileName, content);
        }
    }

    /** What a snapshot before it said of the files that are about to be replaced is not true any more. */
    private void begin() throws IOException {
        if (written.isEmpty()) {
            Files.deleteIfExists(directory.resolve(ImageKind.INVENTORY.fileName()));
            Files.deleteIfExists(directory.resolve(ImageChecksums.FILE));
        }
    }

    /** The name may come from another host: it must not lead out of the directory, nor replace the link to the parent. */
    private String requirePlain(String fileName) throws ImageException {
        boolean plain = !fileName.isEmpty() && fileName.chars().noneMatch(c -> c == '/' || c == 0);
        if (!plain || fileName.equals(".") || fileName.equals("..") || fileName.equals(ParentLink.NAME)) {
            throw new ImageException("'" + fileName.replace('\0', '?')
                    + "' is no name of an image file; nothing was written to " + directory);
        }
        return fileName;
    }

    @Override
    public PageSink pages(PagemapId id) throws IOException {
        begin();
        pagesId++;
        Path file = directory.resolve(ImageKind.PAGES.fileName(pagesId));
        written.add(file);
        if (checked) {
            written.add(PageChecksums.file(file));
        }
        written.add(directory.resolve(id.pagemapFileName()));
        Files.deleteIfExists(directory.resolve(id.pagemapFileName()));
        PageSink sink = new PageFileSink(directory, id, pagesId, checked, dedup, this::pagemapWritten);
        open++;
        return sink;
    }

    private void pagemapWritten(Path file, byte[] content) {
        open--;
        if (checked) {
            checksums.add(file.getFileName().toString(), content);
        }
    }

    @Override
    public void finish() throws IOException {
        if (open > 0) {
            throw new ImageException(
                    directory + ": " + open + " pagemaps of the snapshot are not complete; dump again");
        }
        if (checked && !written.isEmpty()) {
            written.add(directory.resolve(ImageChecksums.FILE));
            checksums.write(directory);
        }
        finished = true;
    }

    /** Deletes the files that were written, also if they are all there. */
    public void discard() throws IOException {
        for (Path file : written) {
            Files.deleteIfExists(file);
        }
        written.clear();
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            discard();
        }
    }
}
