package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.PidfdEntry;
import io.godwit.linux.Descriptors;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Descriptors of processes (pidfd_open(2)). The process must be in the tree, or have ended and been reaped. */
final class PidfdCollector implements FileCollector {
    /** It stands for a thread, where an open flag would stand for a new file. */
    private static final int PIDFD_THREAD = Descriptors.O_EXCL;

    private static final int GONE = -1;

    private final Map<String, Integer> processes = new LinkedHashMap<>();

    @Override
    public boolean accepts(OpenFile file) {
        return file.anonymous("pidfd") || file.link().startsWith("pidfd:[");
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        if ((file.flags() & PIDFD_THREAD) != 0) {
            throw new CannotMoveException(
                    file.describe(),
                    "a descriptor of a thread (PIDFD_THREAD) can not be moved yet",
                    "use one of the process");
        }
        int pid = file.info().value("Pid").map(Integer::parseInt).orElse(0);
        if (pid == 0) {
            throw new CannotMoveException(
                    file.describe(),
                    "its process is in another pid namespace than godwit",
                    "close it, or run godwit in that namespace");
        }
        if (pid != GONE) {
            processes.put(file.describe(), pid);
        }
        entry.setType(FdTypes.PIDFD)
                .setPidfd(PidfdEntry.newBuilder()
                        .setId(entry.getId())
                        .setIno((int) file.status().inode())
                        .setFlags(file.flags())
                        .setNspid(pid)
                        .setFown(file.owner()));
    }

    /** The processes that live, by the descriptors in words. */
    Map<String, Integer> processes() {
        return processes;
    }

    static CannotMoveException outside(String descriptor, int pid) {
        return new CannotMoveException(
                descriptor,
                "process " + pid + ", for which it stands, is not in the tree",
                "move that process too, or close it");
    }
}
