package io.godwit.source.preflight;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.SystemVUse;
import io.godwit.linux.proc.SystemVUses;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the semaphores, message queues and segments of System V that a tree uses. They belong to the host and are not moved. The kernel
 * notes the last user alone, and who waits now: what the tree has not used yet, or another process after it, is not found.
 */
final class SystemVSurvey {
    /** Both clocks count whole seconds. */
    private static final long CLOCK_SECONDS = 1;

    private final boolean leftBehind;

    /** @param leftBehind the objects may stay behind, since the restore finds them again */
    SystemVSurvey(boolean leftBehind) {
        this.leftBehind = leftBehind;
    }

    /**
     * One finding for each object.
     *
     * @param pids of the tree
     * @param maps of its processes; segments in them are refused as mappings
     */
    Collection<Finding> look(List<Integer> pids, Collection<List<Vma>> maps) throws IOException {
        Set<Long> attached = maps.stream()
                .flatMap(List::stream)
                .filter(Vma::sysvShared)
                .map(Vma::inode)
                .collect(Collectors.toSet());
        Map<String, Finding> findings = new LinkedHashMap<>();
        for (int pid : pids) {
            waits(pid, findings);
        }
        for (SystemVUse use : SystemVUses.read()) {
            boolean mapped = use.kind() == SystemVUse.Kind.SEGMENT && attached.contains((long) use.id());
            if (!mapped && pids.contains(use.pid())) {
                findings.merge(use.describe(), finding(use), SystemVSurvey::worse);
            }
        }
        return findings.values();
    }

    private void waits(int pid, Map<String, Finding> findings) throws IOException {
        long now = Instant.now().getEpochSecond();
        for (int tid : threads(pid)) {
            ProcDirectory thread = ProcDirectory.thread(pid, tid);
            try {
                SystemVUses.waited(thread.text("syscall"), pid, now)
                        .ifPresent(use -> findings.put(use.describe(), finding(use)));
            } catch (IOException e) {
                if (thread.lives()) {
                    throw e;
                }
            }
        }
    }

    private static int[] threads(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        try {
            return process.threads();
        } catch (IOException e) {
            if (process.lives()) {
                throw e;
            }
            return new int[0];
        }
    }

    private static Finding worse(Finding one, Finding other) {
        return one.isError() ? one : other;
    }

    private Finding finding(SystemVUse use) {
        if (leftBehind) {
            String undo = use.kind() == SystemVUse.Kind.SEMAPHORES
                    ? "; what it did with SEM_UNDO is undone when it ends"
                    : "";
            return Finding.warning(
                    use.describe(),
                    "process " + use.pid() + " used it, and it is not in the images" + undo,
                    "restore on this host, while it is there");
        }
        if (!sinceStart(use)) {
            return Finding.warning(
                    use.describe(),
                    "a process with the pid " + use.pid()
                            + " used it before the one of the tree started; it stays here",
                    "if the tree needs it, do not move the tree");
        }
        return Finding.error(
                use.describe(),
                "process " + use.pid() + " used it, and it can not be moved yet",
                "if no process needs it any more, remove it: " + use.removal());
    }

    /** Else another process had the pid, or the clock was set since. */
    private static boolean sinceStart(SystemVUse use) {
        Optional<Instant> start =
                ProcessHandle.of(use.pid()).flatMap(process -> process.info().startInstant());
        return start.isEmpty() || use.seconds() + CLOCK_SECONDS >= start.get().getEpochSecond();
    }
}
