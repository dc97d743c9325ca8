package io.godwit.target.plan;

import io.godwit.image.Images;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.image.proto.ThreadInfoX86;
import io.godwit.image.proto.VmaEntry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Made-up snapshots, with no more in them than a test needs. */
final class Snapshots {
    static final int ROOT_DIRECTORY = 1;
    static final int EXECUTABLE = 2;
    static final int LOG = 3;
    static final int LIBRARY = 4;

    private Snapshots() {}

    static Snapshot of(TaskSnapshot... tasks) {
        Map<Integer, FileEntry> files = new TreeMap<>();
        files.put(ROOT_DIRECTORY, file(ROOT_DIRECTORY, "/"));
        files.put(EXECUTABLE, file(EXECUTABLE, "/usr/bin/app"));
        files.put(LOG, file(LOG, "/var/log/app.log"));
        files.put(LIBRARY, file(LIBRARY, "/lib/libc.so.6"));
        return new Snapshot(
                Images.in(Path.of("images")),
                List.of(tasks),
                files,
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of());
    }

    static FileEntry file(int id, String path) {
        return FileEntry.newBuilder()
                .setId(id)
                .setReg(RegFileEntry.newBuilder().setId(id).setName(path).buildPartial())
                .buildPartial();
    }

    static TaskSnapshot task(int pid, int ppid, int pgid, int sid) {
        return task(pid, ppid, pgid, sid, MmEntry.getDefaultInstance(), List.of(), 1);
    }

    static TaskSnapshot zombie(int pid, int ppid, int group, int exitCode) {
        return task(pid, ppid, group, group, MmEntry.getDefaultInstance(), List.of(), 2, exitCode);
    }

    static TaskSnapshot task(
            int pid, int ppid, int pgid, int sid, MmEntry mm, List<FdinfoEntry> descriptors, int state) {
        return task(pid, ppid, pgid, sid, mm, descriptors, state, 0);
    }

    private static TaskSnapshot task(
            int pid, int ppid, int pgid, int sid, MmEntry mm, List<FdinfoEntry> descriptors, int state, int exitCode) {
        PstreeEntry entry = PstreeEntry.newBuilder()
                .setPid(pid)
                .setPpid(ppid)
                .setPgid(pgid)
                .setSid(sid)
                .addThreads(pid)
                .build();
        CoreEntry core = CoreEntry.newBuilder()
                .setMtype(CoreEntry.March.X86_64)
                .setThreadInfo(ThreadInfoX86.getDefaultInstance())
                .setThreadCore(ThreadCoreEntry.getDefaultInstance())
                .setTc(TaskCoreEntry.newBuilder()
                        .setComm("app")
                        .setTaskState(state)
                        .setExitCode(exitCode)
                        .addAllSigactions(Collections.nCopies(62, SaEntry.getDefaultInstance()))
                        .buildPartial())
                .buildPartial();
        Map<Integer, CoreEntry> cores = new LinkedHashMap<>();
        cores.put(pid, core);
        FsEntry fs = FsEntry.newBuilder()
                .setCwdId(ROOT_DIRECTORY)
                .setRootId(ROOT_DIRECTORY)
                .setUmask(022)
                .build();
        return new TaskSnapshot(entry, cores, mm, fs, descriptors);
    }

    static FdinfoEntry descriptor(int number, int file, boolean closeOnExec) {
        return FdinfoEntry.newBuilder()
                .setFd(number)
                .setId(file)
                .setFlags(closeOnExec ? 1 : 0)
                .buildPartial();
    }

    static VmaEntry vma(long start, long end, int protection, int flags, VmaKind kind, long fileId) {
        int bit = switch (kind) {
            case FILE_PRIVATE -> 6;
            case FILE_SHARED -> 7;
            case ANON_SHARED -> 8;
            case ANON_PRIVATE -> 9;
            case VDSO -> 3;
            case VVAR -> 12;
            case AIO_RING -> 13;
            case GUARD -> 16;
            default -> throw new IllegalArgumentException(kind + " is not needed by tests");
        };
        return VmaEntry.newBuilder()
                .setStart(start)
                .setEnd(end)
                .setProt(protection)
                .setFlags(flags)
                .setShmid(fileId)
                .setStatus(1 | 1 << bit)
                .buildPartial();
    }

    /** An agent whose descriptor for file N has the number 100 + N. */
    static AgentFiles agent() {
        return new AgentFiles() {
            @Override
            public int pid() {
                return 999;
            }

            @Override
            public int file(int fileId) {
                return 100 + fileId;
            }

            @Override
            public int sharedMemory(long shmid) {
                return 200;
            }

            @Override
            public String identity(int agentFd) {
                return "file " + agentFd;
            }

            @Override
            public int terminal(int index) {
                return 400;
            }
        };
    }
}
