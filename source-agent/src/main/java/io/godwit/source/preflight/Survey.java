package io.godwit.source.preflight;

import io.godwit.image.proto.FileEntry;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.net.TcpConnection;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.CannotMoveException;
import io.godwit.source.collect.FileSurvey;
import io.godwit.source.collect.Known;
import io.godwit.source.collect.NamespaceImages;
import io.godwit.source.collect.TreeNamespaces;
import io.godwit.source.collect.VmaFlags;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.options.FileOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at a running tree from outside and names all in it that can not be moved yet. What it read before
 * the freeze, the freeze need not read again.
 */
public final class Survey {
    private static final Set<String> UNMOVABLE_LETTERS = Set.of("io", "pf", "ht");
    private static final String MISSING_PAGES = "um";

    private final int root;
    private List<TcpConnection> connections = List.of();
    private List<FileEntry> sockets = List.of();
    private final boolean shellJob;
    private final Map<Integer, ProcStat> tasks = new LinkedHashMap<>();
    private final Map<Integer, VmaFlags> flags = new HashMap<>();
    private final Map<Integer, List<Vma>> maps = new HashMap<>();
    private final List<String> watched = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<MountInfo> mounts = MountInfo.ofThisProcess();
    private final TreeNamespaces namespaces;
    private final CgroupFreezer freezer = new CgroupFreezer(mounts);
    /** How many of the findings are of no open file; they come first. */
    private int ofTheTree;

    private long memoryBytes;
    private int threads;

    private Survey(int root, boolean shellJob, TreeNamespaces namespaces) throws IOException {
        this.root = root;
        this.shellJob = shellJob;
        this.namespaces = namespaces;
    }

    /** Surveys the tree below a process, which must be in the namespaces of godwit. */
    public static Survey of(int root, boolean shellJob, FileOptions files) throws IOException {
        return of(root, shellJob, files, TreeNamespaces.none());
    }

    /** Surveys the tree below a process, which may have namespaces of its own. */
    public static Survey ofContainer(int root, boolean shellJob, FileOptions files) throws IOException {
        // names the right by which its namespaces can be told
        TracingRights.require(root);
        return of(root, shellJob, files, TreeNamespaces.of(root));
    }

    private static Survey of(int root, boolean shellJob, FileOptions files, TreeNamespaces namespaces)
            throws IOException {
        Survey survey = new Survey(root, shellJob, namespaces);
        survey.walk(root);
        survey.sessions();
        for (int pid : survey.tasks.keySet()) {
            survey.examine(pid);
        }
        survey.findings.addAll(new SystemVSurvey(files.leftBehind()).look(survey.livePids(), survey.maps.values()));
        for (CannotMoveException e : NamespaceImages.obstacles(namespaces, files, survey.tasks.keySet())) {
            survey.findings.add(Finding.error(e.subject(), e.problem(), e.advice()));
        }
        FileSurvey descriptors = FileSurvey.of(survey.livePids(), files, namespaces.surroundings(survey.mounts));
        survey.connections = descriptors.connections();
        survey.sockets = descriptors.sockets();
        survey.requireNoConnections();
        survey.ofTheTree = survey.findings.size();
        survey.watched.addAll(descriptors.watched());
        for (CannotMoveException e : descriptors.errors()) {
            survey.findings.add(Finding.error(e.subject(), e.problem(), e.advice()));
        }
        for (CannotMoveException e : descriptors.warnings()) {
            survey.findings.add(Finding.warning(e.subject(), e.problem(), e.advice()));
        }
        return survey;
    }

    private void requireNoConnections() {
        for (TcpConnection connection : connections) {
            namespaces
                    .againstConnection("TCP connection " + connection)
                    .ifPresent(e -> findings.add(Finding.error(e.subject(), e.problem(), e.advice())));
        }
    }

    private void walk(int pid) throws IOException {
        ProcDirectory proc = ProcDirectory.process(pid);
        ProcStat stat;
        List<Integer> children;
        try {
            stat = proc.stat();
            threads += stat.threads();
            children = proc.childrenOfAllThreads();
        } catch (IOException e) {
            if (pid == root) {
                throw e;
            }
            return;
        }
        tasks.put(pid, stat);
        for (int child : children) {
            walk(child);
        }
    }

    private void sessions() {
        if (shellJob) {
            return;
        }
        tasks.forEach((pid, stat) -> {
            if (!tasks.containsKey(stat.session()) && !stat.zombie()) {
                findings.add(Finding.error(
                        "process " + pid,
                        "its session " + stat.session() + " is led by a process outside of the tree",
                        "start the tree with setsid, or give --shell-job to let it join another session"));
            }
        });
    }

    private void examine(int pid) throws IOException {
        if (tasks.get(pid).zombie()) {
            return;
        }
        ProcDirectory proc = ProcDirectory.process(pid);
        try {
            TracingRights.require(pid);
            examineFreezer(pid);
            examineStatus(pid, proc.status());
            examineFilters(pid);
            namespaces.differences(pid).forEach(e -> findings.add(Finding.error(e.subject(), e.problem(), e.advice())));
            VmaFlags letters = VmaFlags.read(pid);
            flags.put(pid, letters);
            List<Vma> mappings = letters.maps();
            maps.put(pid, mappings);
            for (Vma vma : mappings) {
                examineMapping(pid, vma, letters.of(vma));
            }
            examineMissing(pid, mappings, letters);
            examineGuards(pid, mappings);
        } catch (IOException e) {
            if (proc.lives()) {
                throw e;
            }
        }
    }

    private void examineFreezer(int pid) throws IOException {
        freezer.holds(pid)
                .ifPresent(file -> findings.add(Finding.error(
                        "process " + pid,
                        "a cgroup holds it frozen (" + file + ")",
                        "thaw it; a tree is stopped here without that")));
    }

    private void examineStatus(int pid, ProcStatus status) {
        memoryBytes += status.bytes("VmRSS") + status.bytes("VmSwap");
        if (status.tracer() != 0) {
            findings.add(Finding.error(
                    "process " + pid, "process " + status.tracer() + " traces it", "detach the debugger first"));
        }
    }

    /** A filter may be of one thread alone; the first that has one is named. */
    private void examineFilters(int pid) throws IOException {
        for (int tid : ProcDirectory.process(pid).threads()) {
            ProcDirectory thread = ProcDirectory.thread(pid, tid);
            try {
                if (thread.status().seccomp() != 0) {
                    findings.add(Finding.error(
                            tid == pid ? "process " + pid : "thread " + tid + " of process " + pid,
                            "it runs under a seccomp filter, which can not be moved yet",
                            "start it without"));
                    return;
                }
            } catch (IOException e) {
                if (thread.lives()) {
                    throw e;
                }
            }
        }
    }

    private void examineMapping(int pid, Vma vma, Set<String> letters) {
        String problem = null;
        String advice = "unmap it";
        if (vma.kernelOwned()) {
            return;
        } else if (vma.sysvShared()) {
            problem = "System V shared memory can not be moved yet";
            advice =
                    "let the program do without it, as by mmap(2) or shm_open(3); PostgreSQL always has a segment that guards"
                            + " its data directory, so use its own replication";
        } else if (letters.stream().anyMatch(UNMOVABLE_LETTERS::contains)) {
            problem = "device memory and huge page file systems can not be moved yet";
        } else if (vma.name().startsWith("/[aio]") || vma.name().startsWith("anon_inode:")) {
            problem = "a mapping of this kind can not be moved yet";
        }
        if (problem != null) {
            findings.add(Finding.error("mapping " + vma + " of process " + pid, problem, advice));
        }
    }

    /** Pages that it has yet to be given would be taken for pages of zeros. */
    private void examineMissing(int pid, List<Vma> mappings, VmaFlags letters) {
        if (mappings.stream().anyMatch(vma -> letters.of(vma).contains(MISSING_PAGES))) {
            findings.add(Finding.error(
                    "process " + pid,
                    "a userfaultfd gives it pages that it does not have yet, as after a restore with --lazy-pages",
                    "wait until `lazy-pages` has filled its memory"));
        }
    }

    /** They would arrive as ordinary pages, and what they guard against would go unnoticed. */
    private void examineGuards(int pid, List<Vma> mappings) throws IOException {
        try (PagemapScanner scanner = PagemapScanner.open(pid)) {
            long guard = PageCategory.GUARD;
            if (!scanner.tells(guard)) {
                return;
            }
            for (Vma vma : mappings) {
                if (VmaKind.of(vma).privatePages()) {
                    scanner.scan(
                            vma.start(),
                            vma.end(),
                            0,
                            0,
                            guard,
                            0,
                            guard,
                            (start, end, categories) -> findings.add(Finding.error(
                                    "mapping " + vma + " of process " + pid,
                                    "it has guard pages of madvise(MADV_GUARD_INSTALL), which can not be moved yet",
                                    "let the program use mprotect(PROT_NONE)")));
                }
            }
        }
    }

    /** The processes that had not ended. */
    public List<Integer> livePids() {
        return tasks.entrySet().stream()
                .filter(task -> !task.getValue().zombie())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The pids found, root first. */
    public List<Integer> pids() {
        return List.copyOf(tasks.keySet());
    }

    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Paths that the tree watches without having them open. */
    public List<String> watched() {
        return watched;
    }

    /** All sockets of the tree. */
    public List<FileEntry> sockets() {
        return sockets;
    }

    /** The TCP connections that are to be kept. */
    public List<TcpConnection> connections() {
        return connections;
    }

    /** Memory present or swapped, in bytes. */
    public long memoryBytes() {
        return memoryBytes;
    }

    public int threads() {
        return threads;
    }

    /** What need not be read again in a freeze that follows. */
    public Known known() throws IOException {
        return new Known(flags, mounts, SecurityLabels.ofThisKernel(), namespaces);
    }

    /** The mappings by pid. */
    public Map<Integer, List<Vma>> maps() {
        return maps;
    }

    /**
     * Passes if nothing stands against a move.
     *
     * @throws CannotMoveException naming the first thing that does, and how many more there are
     */
    public void requireMovable() throws CannotMoveException {
        require(findings);
    }

    /** Whether nothing stands against a move. */
    public boolean movable() {
        return findings.stream().noneMatch(Finding::isError);
    }

    /**
     * The same without what stands against moving open files.
     *
     * @throws CannotMoveException as for {@link #requireMovable}
     */
    public void requireMovableButFiles() throws CannotMoveException {
        require(findings.subList(0, ofTheTree));
    }

    private static void require(List<Finding> findings) throws CannotMoveException {
        List<Finding> errors = findings.stream().filter(Finding::isError).toList();
        if (!errors.isEmpty()) {
            Finding first = errors.get(0);
            throw new CannotMoveException(first.subject(), first.problem(), first.advice()).andMore(errors.size() - 1);
        }
    }
}
