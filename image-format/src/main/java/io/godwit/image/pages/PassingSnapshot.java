package io.godwit.image.pages;

import io.godwit.image.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot that the same process reads as it comes and then throws away. Its images stay in memory, as making and reading some
 * hundred files takes longer than all else that is done with them; what would be too much goes into files, as pages do. It has no
 * checksums, which nobody would check. Used by one thread.
 */
public final class PassingSnapshot implements SnapshotSink, Images {
    /** The images of about a thousand small processes; two snapshots may be there at a time. */
    private static final int MEMORY_BYTES = 8 << 20;

    private final DirectorySnapshot files;
    private final int memoryBytes;
    private final Map<String, byte[]> memory = new HashMap<>();
    private int used;

    private PassingSnapshot(DirectorySnapshot files, int memoryBytes) {
        this.files = files;
        this.memoryBytes = memoryBytes;
    }

    /** Begins a snapshot as {@link DirectorySnapshot#create} does, in memory and a directory. */
    public static PassingSnapshot create(Path directory, Optional<Path> parent, HolePuncher dedup) throws IOException {
        return create(directory, parent, dedup, MEMORY_BYTES);
    }

    static PassingSnapshot create(Path directory, Optional<Path> parent, HolePuncher dedup, int memoryBytes)
            throws IOException {
        return new PassingSnapshot(DirectorySnapshot.unchecked(directory, parent, dedup), memoryBytes);
    }

    @Override
    public void image(String fileName, byte[] content) throws IOException {
        byte[] before = memory.remove(fileName);
        used -= before == null ? 0 : before.length;
        if (content.length > memoryBytes - used) {
            files.image(fileName, content);
        } else {
            memory.put(fileName, content);
            used += content.length;
        }
    }

    @Override
    public PageSink pages(PagemapId id) throws IOException {
        return files.pages(id);
    }

    @Override
    public void finish() throws IOException {
        files.finish();
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    @Override
    public Path directory() {
        return files.directory();
    }

    @Override
    public boolean has(String fileName) {
        return memory.containsKey(fileName) || Images.in(directory()).has(fileName);
    }

    @Override
    public byte[] read(String fileName) throws IOException {
        byte[] content = memory.get(fileName);
        return content == null ? Images.in(directory()).read(fileName) : content;
    }
}
