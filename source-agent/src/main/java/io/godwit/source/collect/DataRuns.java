package io.godwit.source.collect;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The parts of a file that are no holes. */
final class DataRuns {
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    /** One part, in bytes. */
    record Run(long offset, long bytes) {}

    private DataRuns() {}

    /** All parts, ascending. */
    static List<Run> of(Fd file, String path) throws LinuxException {
        List<Run> runs = new ArrayList<>();
        long at = 0;
        while (true) {
            long data = Kernel.syscall(Syscall.LSEEK, file.number(), at, SEEK_DATA);
            if (data == -Errno.ENXIO.value()) {
                return runs;
            }
            Kernel.check(data, "lseek(SEEK_DATA)", path);
            long hole = Kernel.syscall(Syscall.LSEEK, file.number(), data, SEEK_HOLE);
            Kernel.check(hole, "lseek(SEEK_HOLE)", path);
            runs.add(new Run(data, hole - data));
            at = hole;
        }
    }

    static long bytes(List<Run> runs) {
        return runs.stream().mapToLong(Run::bytes).sum();
    }

    /** The content of one part. */
    static byte[] read(Fd file, Run run, String path) throws IOException {
        int bytes = Math.toIntExact(run.bytes());
        NativeMemory content = NativeMemory.allocate(bytes);
        int done = 0;
        while (done < bytes) {
            int got = Descriptors.pread(file, content.address() + done, bytes - done, run.offset() + done);
            if (got == 0) {
                throw new IOException(path + " was cut off while it was read; try again");
            }
            done += got;
        }
        return content.bytes(0, bytes);
    }
}
