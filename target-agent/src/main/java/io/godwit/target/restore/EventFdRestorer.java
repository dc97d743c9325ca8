package io.godwit.target.restore;

import io.godwit.image.proto.EventfdFileEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;

/** Makes eventfds with their counters. */
final class EventFdRestorer implements KindRestorer {
    /** In the image this bit, which as an access mode would mean write-only, marks a semaphore. */
    private static final int EFD_SEMAPHORE = 1;

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasEfd()) {
                table.put(file.getId(), make(file.getEfd()));
            }
        }
    }

    private static Fd make(EventfdFileEntry entry) throws IOException {
        int flags = entry.getFlags() & (EFD_SEMAPHORE | Descriptors.O_NONBLOCK) | Descriptors.O_CLOEXEC;
        long result = Kernel.syscall(Syscall.EVENTFD2, 0, flags);
        Fd fd = Fd.of(Kernel.check(result, "eventfd2", "eventfd " + entry.getId()));
        if (entry.getCounter() != 0) {
            NativeMemory counter = NativeMemory.allocate(Long.BYTES);
            counter.buffer().putLong(0, entry.getCounter());
            Descriptors.writeFully(fd, counter.address(), Long.BYTES);
        }
        return fd;
    }
}
