package io.godwit.source.collect;

import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PipeEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** pipe(2): both ends, and once for each pipe the bytes in it, which stay there. */
final class PipeCollector implements FileCollector {
    private static final int SPLICE_F_NONBLOCK = 2;

    private final boolean contents;
    private final Set<Integer> seen = new HashSet<>();
    private final List<Entry> data = new ArrayList<>();

    /**
     * A collector.
     *
     * @param contents the tree stands still, so the bytes in the pipes are to be read
     */
    PipeCollector(boolean contents) {
        this.contents = contents;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return file.link().startsWith("pipe:[");
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        int pipeId = (int) file.status().inode();
        entry.setType(FdTypes.PIPE)
                .setPipe(PipeEntry.newBuilder()
                        .setId(entry.getId())
                        .setPipeId(pipeId)
                        .setFlags(file.flags())
                        .setFown(file.owner()));
        if (seen.add(pipeId) && contents) {
            data.add(contents(file, pipeId));
        }
    }

    /** Entries of the pipes-data image. */
    List<Entry> data() {
        return data;
    }

    private static Entry contents(OpenFile file, int pipeId) throws IOException {
        int capacity = (int) Descriptors.fcntl(file.duplicate(), Descriptors.F_GETPIPE_SZ, 0);
        byte[] bytes = peek(file, capacity);
        PipeDataEntry message = PipeDataEntry.newBuilder()
                .setPipeId(pipeId)
                .setBytes(bytes.length)
                .setSize(capacity)
                .build();
        return new Entry(message, bytes);
    }

    /** A second reader, opened for the moment, sees the bytes by tee(2) without taking them. */
    private static byte[] peek(OpenFile file, int capacity) throws IOException {
        String path = "/proc/self/fd/" + file.duplicate().number();
        Fd[] copy = Descriptors.pipe(Descriptors.O_NONBLOCK);
        try (Fd reader = Descriptors.open(path, Descriptors.O_RDONLY | Descriptors.O_NONBLOCK, 0);
                Fd copyOut = copy[0];
                Fd copyIn = copy[1]) {
            int available = Descriptors.ioctlNumber(reader, Descriptors.FIONREAD, file.describe());
            if (available == 0) {
                return new byte[0];
            }
            Descriptors.fcntl(copyIn, Descriptors.F_SETPIPE_SZ, capacity);
            long teed = Kernel.syscall(Syscall.TEE, reader.number(), copyIn.number(), available, SPLICE_F_NONBLOCK);
            Kernel.check(teed, "tee", file.describe());
            NativeMemory bytes = NativeMemory.allocate(available);
            int done = 0;
            while (done < available) {
                int got = Descriptors.read(copyOut, bytes.address() + done, available - done);
                if (got == 0) {
                    throw new IOException(
                            file.describe() + ": only " + done + " of its " + available + " bytes could be read");
                }
                done += got;
            }
            return bytes.bytes(0, available);
        }
    }
}
