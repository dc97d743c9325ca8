package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;

/** Makes empty epoll sets; the task that owns the watched descriptors fills them. */
final class EpollRestorer implements KindRestorer {
    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasEpfd()) {
                long result = Kernel.syscall(Syscall.EPOLL_CREATE1, Descriptors.O_CLOEXEC);
                Fd fd = Fd.of(Kernel.check(result, "epoll_create1", "epoll " + file.getId()));
                FileFlags.apply(fd, file.getEpfd().getFlags());
                table.put(file.getId(), fd);
            }
        }
    }
}
