package io.godwit.target.restore;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.FifoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.HashSet;
import java.util.Set;

/** Opens named pipes and puts back what was in them. */
final class FifoRestorer implements KindRestorer {
    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        Set<Integer> filled = new HashSet<>();
        for (FileEntry file : snapshot.files().values()) {
            if (!file.hasFifo()) {
                continue;
            }
            FifoEntry fifo = file.getFifo();
            var path = snapshot.files().get(fifo.getRegfId()).getReg();
            Fd both = table.helper(table.root().open(path.getName(), Descriptors.O_RDWR | Descriptors.O_NONBLOCK, 0));
            Fd fd = FileFlags.reopen(both, path.getFlags() | Descriptors.O_NONBLOCK);
            FileFlags.apply(fd, path.getFlags());
            table.put(file.getId(), fd);
            if (filled.add(fifo.getPipeId())) {
                fill(both, snapshot, fifo.getPipeId());
            }
        }
    }

    private static void fill(Fd fifo, Snapshot snapshot, int pipeId) throws IOException {
        if (!ImageReader.exists(snapshot.images(), ImageKind.FIFO_DATA)) {
            return;
        }
        ImageReader reader = ImageReader.open(snapshot.images(), ImageKind.FIFO_DATA);
        for (var entry : reader.readAllWithExtra(PipeDataEntry.parser(), PipeDataEntry::getBytes)) {
            if (entry.message().getPipeId() == pipeId) {
                NativeMemory bytes = NativeMemory.of(entry.extra());
                Descriptors.writeFully(fifo, bytes.address(), entry.extra().length);
                Reference.reachabilityFence(bytes);
            }
        }
    }
}
