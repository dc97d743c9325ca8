package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.PagesReader;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Fills shared memory objects with pages of images. */
final class SharedMemoryContent {
    private final Path directory;
    private final SharedObjects objects;
    private final List<Empty> empty = new ArrayList<>();

    private record Empty(long shmid, long bytes) {}

    /** @param directory of the images */
    SharedMemoryContent(Path directory, SharedObjects objects) {
        this.directory = directory;
        this.objects = objects;
    }

    /** Remembers an object that {@link #fillAll} shall fill. */
    void later(long shmid, long bytes) {
        empty.add(new Empty(shmid, bytes));
    }

    /** Fills all objects. */
    void fillAll() throws IOException {
        try (PagesReader reader = new PagesReader()) {
            PageFill fill = new PageFill(reader);
            for (Empty object : empty) {
                add(fill, object);
            }
            fill.run("fill shared memory");
        }
        empty.clear();
    }

    private void add(PageFill fill, Empty object) throws IOException {
        PagemapId id = new PagemapId(PagemapId.Kind.SHMEM, object.shmid());
        if (object.bytes() == 0 || !Files.exists(directory.resolve(id.pagemapFileName()))) {
            return;
        }
        List<PageIndex.Extent> extents = PageIndex.load(directory, id).extents();
        for (PageIndex.Extent extent : extents) {
            if (extent.end() - PageSink.PAGE >= object.bytes()) {
                throw new RestoreException(id.pagemapFileName() + " has pages beyond the " + object.bytes()
                        + " bytes of its object; the image is damaged");
            }
        }
        fill.add(() -> objects.pages(object.shmid()), extents);
    }
}
