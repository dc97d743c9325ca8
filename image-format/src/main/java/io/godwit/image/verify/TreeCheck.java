package io.godwit.image.verify;

import com.google.protobuf.Message;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Each process of the tree has all its images, and no image is of another process. */
final class TreeCheck {
    private static final Set<Integer> DEAD = Set.of(2, 6);

    private final ImageSet images;
    private final Findings findings;
    private final Path pstree;
    private final Set<Integer> pids = new HashSet<>();
    private final Set<Integer> tids = new HashSet<>();

    TreeCheck(ImageSet images, Findings findings) {
        this.images = images;
        this.findings = findings;
        this.pstree = images.file(ImageKind.PSTREE);
    }

    void run() {
        if (!images.has(pstree)) {
            findings.add(pstree, "missing, so there is no tree");
            return;
        }
        List<PstreeEntry> processes = images.all(pstree, PstreeEntry.class);
        if (processes.isEmpty()) {
            findings.add(pstree, "names no process");
        }
        processes.forEach(this::place);
        processes.forEach(this::process);
        if (images.sound(pstree)) {
            strangers();
        }
    }

    /** Parents come before their children; the root alone has none. */
    private void place(PstreeEntry process) {
        int pid = process.getPid();
        boolean root = pids.isEmpty();
        if (root != (process.getPpid() == 0)) {
            findings.add(
                    pstree, "pid %d has the parent %d, and the first entry alone is the root", pid, process.getPpid());
        } else if (!root && !pids.contains(process.getPpid())) {
            findings.add(pstree, "the parent %d of pid %d is not above it", process.getPpid(), pid);
        }
        if (!pids.add(pid)) {
            findings.add(pstree, "names pid %d twice", pid);
        }
        if (process.getThreadsCount() > 0 && process.getThreads(0) != pid) {
            findings.add(pstree, "the first thread of pid %d is %d", pid, process.getThreads(0));
        }
        tids.add(pid);
        tids.addAll(process.getThreadsList());
    }

    private void process(PstreeEntry process) {
        int pid = process.getPid();
        Set<Integer> threads = new HashSet<>(process.getThreadsList());
        threads.add(pid);
        threads.forEach(tid -> require(ImageKind.CORE, tid, pid));
        Path core = images.file(ImageKind.CORE, pid);
        boolean dead = images.one(core, CoreEntry.class)
                .map(entry -> DEAD.contains(entry.getTc().getTaskState()))
                .orElse(false);
        if (dead) {
            return;
        }
        for (ImageKind kind : List.of(ImageKind.IDS, ImageKind.MM, ImageKind.FS, ImageKind.PAGEMAP)) {
            require(kind, pid, pid);
        }
        images.one(images.file(ImageKind.IDS, pid), TaskKobjIdsEntry.class)
                .ifPresent(ids -> require(ImageKind.FDINFO, ids.getFilesId(), pid));
    }

    private void require(ImageKind kind, int id, int pid) {
        Path file = images.file(kind, id);
        if (!images.has(file)) {
            findings.add(file, "missing, and pid %d of %s needs it", pid, pstree.getFileName());
        } else if (images.sound(file) && images.all(file, Message.class).size() != 1 && single(kind)) {
            findings.add(file, "has not one entry");
        }
    }

    private static boolean single(ImageKind kind) {
        return kind != ImageKind.PAGEMAP && kind != ImageKind.FDINFO;
    }

    private void strangers() {
        for (Path file : images.files()) {
            String name = file.getFileName().toString();
            ImageKind.ofFileName(name).ifPresent(kind -> {
                boolean ofThread = kind == ImageKind.CORE;
                boolean ofProcess = kind == ImageKind.IDS || kind == ImageKind.MM || kind == ImageKind.FS;
                Set<Integer> known = ofThread ? tids : pids;
                if ((ofThread || ofProcess)
                        && known.stream().noneMatch(id -> images.file(kind, id).equals(file))) {
                    findings.add(file, "is of no process in %s", pstree.getFileName());
                }
            });
        }
    }
}
