package io.godwit.image.pages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Notes what to free while a snapshot is written, and frees it once that is complete: what is freed is lost. */
public final class DeferredPuncher implements HolePuncher {
    private final List<Hole> holes = new ArrayList<>();

    private record Hole(Path file, long offset, long bytes) {}

    @Override
    public void punch(Path file, long offset, long bytes) {
        holes.add(new Hole(file, offset, bytes));
    }

    /** Frees all that was noted so far. */
    public void release(HolePuncher disk) throws IOException {
        for (Hole hole : holes) {
            disk.punch(hole.file, hole.offset, hole.bytes);
        }
        holes.clear();
    }
}
