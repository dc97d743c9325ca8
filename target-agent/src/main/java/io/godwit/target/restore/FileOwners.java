package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;

/** Who gets a signal when a file is ready (F_SETOWN_EX and F_SETSIG of fcntl(2)). The owners must exist already. */
final class FileOwners {
    private final Snapshot snapshot;
    private final FileTable table;
    private final RestoredPids pids;

    FileOwners(Snapshot snapshot, FileTable table, RestoredPids pids) {
        this.pids = pids;
        this.snapshot = snapshot;
        this.table = table;
    }

    void restore() throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            FownEntry owner = ownerOf(file);
            if (owner.getPid() != 0 || owner.getSignum() != 0) {
                set(table.fd(file.getId()), owner);
            }
        }
    }

    private static FownEntry ownerOf(FileEntry file) {
        return switch (file.getType()) {
            case REG -> file.getReg().getFown();
            case PIPE -> file.getPipe().getFown();
            case INETSK -> file.getIsk().getFown();
            case UNIXSK -> file.getUsk().getFown();
            case EVENTFD -> file.getEfd().getFown();
            case EVENTPOLL -> file.getEpfd().getFown();
            case SIGNALFD -> file.getSgfd().getFown();
            case TIMERFD -> file.getTfd().getFown();
            case INOTIFY -> file.getIfy().getFown();
            case NETLINKSK -> file.getNlsk().getFown();
            case PIDFD -> file.getPidfd().getFown();
            case TTY -> file.getTty().getFown();
            case MEMFD -> file.getMemfd().getFown();
            case EXT -> file.getExt().getFown();
            default -> FownEntry.getDefaultInstance();
        };
    }

    private void set(Fd fd, FownEntry owner) throws IOException {
        if (owner.getPid() != 0) {
            NativeMemory value = NativeMemory.allocate(8);
            value.buffer().putInt(0, owner.getPidType()).putInt(4, pids.here(owner.getPid()));
            Descriptors.fcntl(fd, Descriptors.F_SETOWN_EX, value.address());
            Reference.reachabilityFence(value);
        }
        if (owner.getSignum() != 0) {
            Descriptors.fcntl(fd, Descriptors.F_SETSIG, owner.getSignum());
        }
    }
}
