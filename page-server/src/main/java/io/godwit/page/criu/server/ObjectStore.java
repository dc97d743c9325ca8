package io.godwit.page.criu.server;

import io.godwit.image.ImageKind;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PagemapId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The objects of one session, of which one is open at a time. */
final class ObjectStore {
    /** A dump that sends its pages here may number its own from 1 in the same directory. */
    private static final int FIRST_PAGES_ID = 0x10001;

    private final Place place;
    private final HolePuncher dedup;
    private final Quota quota;
    private final Map<PagemapId, Integer> stored = new LinkedHashMap<>();
    private int nextPagesId = FIRST_PAGES_ID;
    private ObjectWriter current;

    ObjectStore(Place place, HolePuncher dedup, Quota quota) {
        this.place = place;
        this.dedup = dedup;
        this.quota = quota;
    }

    Path directory() throws IOException {
        return place.directory();
    }

    /** Opens an object, in place of an earlier one of its name, and completes the one that is open. */
    ObjectWriter open(PagemapId id) throws IOException {
        complete();
        Integer before = stored.remove(id);
        if (before != null) {
            Files.deleteIfExists(place.directory().resolve(ImageKind.PAGES.fileName(before)));
        }
        int pagesId = nextPagesId++;
        stored.put(id, pagesId);
        current = ObjectWriter.create(place.directory(), id, pagesId, dedup, quota);
        return current;
    }

    /** The object, which is opened if another one or none is open. */
    ObjectWriter current(PagemapId id) throws IOException {
        return current != null && current.id().equals(id) ? current : open(id);
    }

    void complete() throws IOException {
        if (current != null) {
            ObjectWriter last = current;
            current = null;
            last.close();
        }
    }

    int objects() {
        return stored.size();
    }

    /** Removes all files of the session: a pagemap that is not complete must not be taken for one. */
    void discard() throws IOException {
        if (current != null) {
            try {
                complete();
            } catch (IOException e) {
                // what could not be completed is deleted
                current = null;
            }
        }
        if (!stored.isEmpty()) {
            for (Map.Entry<PagemapId, Integer> object : stored.entrySet()) {
                Files.deleteIfExists(place.directory().resolve(object.getKey().pagemapFileName()));
                Files.deleteIfExists(place.directory().resolve(ImageKind.PAGES.fileName(object.getValue())));
            }
            stored.clear();
        }
        place.discard();
        quota.release();
    }
}
