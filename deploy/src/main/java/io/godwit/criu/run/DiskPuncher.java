package io.godwit.criu.run;

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

/** Punches holes and adds up what they freed. A file stays open between its holes: there can be a hundred thousand. */
final class DiskPuncher implements HolePuncher, AutoCloseable {
    private static final int STAT_BYTES = 144;
    private static final int BLOCKS_OFFSET = 64;
    private static final int BLOCK_BYTES = 512;

    private final Map<Path, Target> targets = new HashMap<>();

    private record Target(Fd file, long bytesBefore) {}

    @Override
    public void punch(Path path, long offset, long bytes) throws IOException {
        Target target = targets.get(path);
        if (target == null) {
            Fd file = Descriptors.open(path.toString(), Descriptors.O_RDWR, 0);
            target = new Target(file, diskBytes(file));
            targets.put(path, target);
        }
        Descriptors.punchHole(target.file, offset, bytes);
    }

    /** How much less the files take on the disk than before the first hole. */
    long freedBytes() throws IOException {
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
