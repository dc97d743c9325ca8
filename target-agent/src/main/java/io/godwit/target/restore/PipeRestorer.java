package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.PipeEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes each pipe once, puts back what was in it, and opens its ends as they had been. */
final class PipeRestorer implements KindRestorer {
    private static final int O_LARGEFILE = 0100000;

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        Map<Integer, List<PipeEntry>> pipes = new LinkedHashMap<>();
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasPipe() && !table.has(file.getId())) {
                pipes.computeIfAbsent(file.getPipe().getPipeId(), id -> new ArrayList<>())
                        .add(file.getPipe());
            }
        }
        for (var pipe : pipes.entrySet()) {
            restore(pipe.getValue(), snapshot.pipes().get(pipe.getKey()), table);
        }
    }

    private static void restore(List<PipeEntry> ends, Snapshot.PipeContent content, FileTable table)
            throws IOException {
        Fd[] pair = Descriptors.pipe(Descriptors.O_NONBLOCK);
        try (End reader = new End(pair[0]);
                End writer = new End(pair[1])) {
            fill(pair[1], content);
            for (PipeEntry end : ends) {
                boolean reads = (end.getFlags() & Descriptors.O_ACCMODE) == Descriptors.O_RDONLY;
                table.put(end.getId(), (reads ? reader : writer).open(end.getFlags()));
            }
        }
    }

    /** An end as pipe2(2) made it. Closed afterwards, unless it was given to a file object. */
    private static final class End implements AutoCloseable {
        private final Fd made;
        private boolean given;

        End(Fd made) {
            this.made = made;
        }

        /** What pipe2(2) made serves once; other file objects had been opened through /proc, which adds O_LARGEFILE. */
        Fd open(int flags) throws IOException {
            boolean original = (flags & O_LARGEFILE) == 0 && !given;
            Fd fd = original ? made : FileFlags.reopen(made, flags | Descriptors.O_NONBLOCK);
            given |= original;
            FileFlags.apply(fd, flags);
            return fd;
        }

        @Override
        public void close() {
            if (!given) {
                made.close();
            }
        }
    }

    private static void fill(Fd writer, Snapshot.PipeContent content) throws IOException {
        if (content == null) {
            return;
        }
        if (content.capacity() > 0) {
            Descriptors.fcntl(writer, Descriptors.F_SETPIPE_SZ, content.capacity());
        }
        NativeMemory bytes = NativeMemory.of(content.bytes());
        Descriptors.writeFully(writer, bytes.address(), content.bytes().length);
        Reference.reachabilityFence(bytes);
    }
}
