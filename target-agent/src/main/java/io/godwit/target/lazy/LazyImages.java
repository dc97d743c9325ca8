package io.godwit.target.lazy;

import io.godwit.image.ImageException;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagemapId;
import io.godwit.target.restore.Deduplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the images of a tree say of the memory of its tasks. */
public final class LazyImages {
    private static final Pattern PAGEMAP = Pattern.compile("pagemap-(\\d{1,9})\\.img");

    private final Path directory;
    private final Map<Integer, PageIndex> indexes;

    private LazyImages(Path directory, Map<Integer, PageIndex> indexes) {
        this.directory = directory;
        this.indexes = indexes;
    }

    /** Reads the pagemaps of all tasks. */
    public static LazyImages read(Path directory) throws IOException {
        Map<Integer, PageIndex> indexes = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher matcher = PAGEMAP.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    int pid = Integer.parseInt(matcher.group(1));
                    indexes.put(pid, PageIndex.loadOnDemand(directory, new PagemapId(PagemapId.Kind.TASK, pid)));
                }
            }
        }
        if (indexes.isEmpty()) {
            throw new ImageException(
                    directory + ": has no pagemap of a task; name the directory of a dump with -D (--images-dir)");
        }
        return new LazyImages(directory, indexes);
    }

    /** One of the tasks. */
    public int somePid() {
        return indexes.keySet().iterator().next();
    }

    /** The pages that a restore leaves empty, or more. */
    PendingPages pending(int pid) throws IOException {
        PageIndex index = indexes.get(pid);
        if (index == null) {
            throw new IOException("pid " + pid + " was restored, and " + directory
                    + " has no such task; restore from the same images");
        }
        PendingPages pending = new PendingPages();
        index.onDemand().forEach(range -> pending.add(range.start(), range.end()));
        return pending;
    }

    /** Frees the disk blocks of the contents that are in files here; the tree must have them all by now. */
    public void free() throws IOException {
        List<List<PageIndex.Extent>> tasks = new ArrayList<>();
        indexes.values().forEach(index -> tasks.add(index.extents()));
        Deduplication.punch(tasks);
    }

    /**
     * The contents, if all of them are in files here.
     *
     * @throws IOException if some stayed with the process that was dumped
     */
    PageSource contents() throws IOException {
        for (Map.Entry<Integer, PageIndex> each : indexes.entrySet()) {
            PagemapId id = new PagemapId(PagemapId.Kind.TASK, each.getKey());
            try {
                PageIndex.load(directory, id);
            } catch (ImageException e) {
                throw new ImageException(
                        e.getMessage() + "; or fetch them: give --page-server with --address and --port", e);
            }
        }
        return new StoredPages(indexes);
    }
}
