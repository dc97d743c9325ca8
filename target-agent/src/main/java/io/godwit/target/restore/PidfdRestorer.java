package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.PidfdEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.ThisProcess;
import io.godwit.linux.machine.Spawn;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;

/**
 * Makes descriptors of processes. The plan wants their numbers before there are any processes, so each has a place until then.
 */
final class PidfdRestorer implements KindRestorer {
    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasPidfd()) {
                long place = Kernel.syscall(Syscall.EVENTFD2, 0, Descriptors.O_CLOEXEC);
                table.put(file.getId(), Fd.of(Kernel.check(place, "eventfd2", "the place of a pidfd")));
            }
        }
    }

    /** To be called when all processes of the tree exist, and before any takes its descriptors. */
    static void open(Snapshot snapshot, FileTable table, RestoredPids pids) throws IOException {
        try (EndedProcess ended = new EndedProcess()) {
            for (FileEntry file : snapshot.files().values()) {
                if (file.hasPidfd()) {
                    Fd place = table.fd(file.getId());
                    try (Fd pidfd = open(file.getPidfd(), pids, ended)) {
                        Descriptors.duplicateTo(pidfd, place.number());
                    }
                    Descriptors.fcntl(place, Descriptors.F_SETFD, Descriptors.FD_CLOEXEC);
                    FileFlags.apply(place, file.getPidfd().getFlags());
                }
            }
        }
    }

    private static Fd open(PidfdEntry entry, RestoredPids pids, EndedProcess ended) throws IOException {
        return entry.getNspid() > 0 ? Descriptors.pidfdOpen(pids.here(entry.getNspid())) : ended.open();
    }

    /** Stands for all processes that have ended and are reaped; it is reaped itself when it is closed. */
    private static final class EndedProcess implements AutoCloseable {
        private int pid;

        Fd open() throws LinuxException {
            if (pid == 0) {
                pid = Spawn.ended();
            }
            return Descriptors.pidfdOpen(pid);
        }

        @Override
        public void close() throws LinuxException {
            if (pid != 0) {
                ThisProcess.awaitChild(pid);
            }
        }
    }
}
