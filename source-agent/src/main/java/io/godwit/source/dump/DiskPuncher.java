package io.godwit.source.dump;

import io.godwit.image.pages.DeferredPuncher;
import io.godwit.image.pages.HolePuncher;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Punches holes and adds up what they freed. A file stays open between its holes: there can be a hundred thousand. */
public final class DiskPuncher implements HolePuncher, AutoCloseable {
    private static final int STAT_BYTES = 144;
    private static final int BLOCKS_OFFSET = 64;
    private static final int BLOCK_BYTES = 512;

    private final Map<Path, Target> targets = new HashMap<>();

    private record Target(Fd file, long bytesBefore) {}

    @Override
    public void punch(Path path, long offset, long bytes) throws IOException {
        Target target = targets.get(path);
        if (target == null) {
            Fd file = Descriptors.open(path.toString(), Descriptors.O_RDWR | Descriptors.O_NOFOLLOW, 0);
            target = new Target(file, diskBytes(file));
            targets.put(path, target);
        }
        Descriptors.punchHole(target.file, offset, bytes);
    }

    /** Frees what a snapshot that is complete has replaced; gives what is to be said if that failed, which breaks nothing. */
    static Optional<String> free(DeferredPuncher replaced) {
        try (DiskPuncher disk = new DiskPuncher()) {
            replaced.release(disk);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    "pages of the dumps before still take their room, as it could not be freed: " + e.getMessage());
        }
    }

    /** How much less the files take on the disk than before the first hole. */
    public long freedBytes() throws IOException {
        long freed = 0;
        for (Target target : targets.values()) {
            freed += target.bytesBefore - diskBytes(target.file);
        }
        return freed;
    }

    private static long diskBytes(Fd file) throws IOException {
        NativeMemory stat = NativeMemory.allocate(STAT_BYTES);
        Kernel.check(Kernel.syscall(Syscall.FSTAT, file.number(), stat.address()), "fstat", file.toString());
        return stat.buffer().getLong(BLOCKS_OFFSET) * BLOCK_BYTES;
    }

    @Override
    public void close() {
        targets.values().forEach(target -> target.file.close());
    }
}
