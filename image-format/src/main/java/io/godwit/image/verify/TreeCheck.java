package io.godwit.image.verify;

import com.google.protobuf.Message;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Each process of the tree has all its images, and no image is of another process. */
final class TreeCheck {
    private static final Set<Integer> DEAD = Set.of(2, 6);

    private static final Set<ImageKind> OF_THREADS = Set.of(ImageKind.CORE, ImageKind.THREAD_SIGNAL);
    private static final Set<ImageKind> OF_PROCESSES = Set.of(
            ImageKind.IDS,
            ImageKind.MM,
            ImageKind.FS,
            ImageKind.PAGEMAP,
            ImageKind.VMAS,
            ImageKind.CREDS,
            ImageKind.SIGACT,
            ImageKind.ITIMERS,
            ImageKind.POSIX_TIMERS,
            ImageKind.RLIMIT,
            ImageKind.SIGNAL);

    private final ImageSet images;
    private final Findings findings;
    private final Path pstree;
    private final Set<Integer> pids = new HashSet<>();
    private final Set<Integer> tids = new HashSet<>();
    private final Set<Path> tables = new HashSet<>();

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
            return;
        }
        if (process.getThreadsCount() > 0 && process.getThreads(0) != pid) {
            findings.add(pstree, "the first thread of pid %d is %d", pid, process.getThreads(0));
        }
        for (int tid : threads(process)) {
            if (!tids.add(tid)) {
                findings.add(pstree, "names thread %d twice", tid);
            }
        }
    }

    private static Set<Integer> threads(PstreeEntry process) {
        Set<Integer> threads = new LinkedHashSet<>(process.getThreadsList());
        threads.add(process.getPid());
        return threads;
    }

    private void process(PstreeEntry process) {
        int pid = process.getPid();
        threads(process).forEach(tid -> require(ImageKind.CORE, tid, pid));
        Optional<CoreEntry> core = images.one(images.file(ImageKind.CORE, pid), CoreEntry.class);
        if (core.map(entry -> DEAD.contains(entry.getTc().getTaskState())).orElse(false)) {
            return;
        }
        CoreCheck cores = new CoreCheck(images, findings);
        threads(process).forEach(tid -> cores.check(tid, pid));
        for (ImageKind kind : List.of(ImageKind.MM, ImageKind.FS, ImageKind.PAGEMAP)) {
            require(kind, pid, pid);
        }
        if (core.map(CoreEntry::hasIds).orElse(false) && !images.has(images.file(ImageKind.IDS, pid))) {
            descriptors(core.get().getIds(), pid);
            return;
        }
        require(ImageKind.IDS, pid, pid);
        images.one(images.file(ImageKind.IDS, pid), TaskKobjIdsEntry.class).ifPresent(ids -> descriptors(ids, pid));
    }

    private void descriptors(TaskKobjIdsEntry ids, int pid) {
        require(ImageKind.FDINFO, ids.getFilesId(), pid);
        tables.add(images.file(ImageKind.FDINFO, ids.getFilesId()));
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
            ImageKind kind = ImageKind.ofFileName(file.getFileName().toString()).orElseThrow();
            boolean stranger = kind == ImageKind.FDINFO
                    ? !tables.contains(file)
                    : OF_THREADS.contains(kind) && isOfNone(file, kind, tids)
                            || OF_PROCESSES.contains(kind) && isOfNone(file, kind, pids);
            if (stranger) {
                findings.add(file, "is of no process in %s", pstree.getFileName());
            }
        }
    }

    private boolean isOfNone(Path file, ImageKind kind, Set<Integer> known) {
        return known.stream().noneMatch(id -> images.file(kind, id).equals(file));
    }
}
