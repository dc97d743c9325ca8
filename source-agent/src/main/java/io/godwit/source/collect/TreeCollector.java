package io.godwit.source.collect;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.CgroupEntry;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.SeccompEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.linux.Shares;
import io.godwit.linux.SideThread;
import io.godwit.linux.SideWork;
import io.godwit.linux.proc.PosixTimer;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.linux.proc.Vma;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenThread;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.options.FileOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Collects the state of a frozen tree, all but the contents of its memory, and writes it as images. */
public final class TreeCollector {
    private static final int TASK_DEAD = 2;

    private final FrozenTree tree;
    private final Map<Integer, VmaFlags> flags;
    private final String runId = UUID.randomUUID().toString();
    private final FileTable files;
    private final TcpConnections connections;
    private final SecurityLabels labels;
    private final TreeNamespaces namespaces;
    private final TreePids pids;
    private final NamespaceImages namespaceImages;
    private final List<FrozenTask> alive;
    private final Shares<TaskFacts> facts;
    private final ThreadFacts threads;
    /** In which namespaces each task is that can not be moved. */
    private final Shares<List<CannotMoveException>> elsewhere;

    private final Shares<TreeCgroups> cgroups;
    private final CompletableFuture<Shares<NamedImage>> cores = new CompletableFuture<>();
    private final Map<Integer, MmEntry.Builder> told = new HashMap<>();
    private boolean reapsByItself;
    private final Map<Integer, List<Vma>> maps = new HashMap<>();
    private final Map<Integer, MmEntry.Builder> spaces = new HashMap<>();
    private final List<NamedImage> images = new ArrayList<>();
    /** Of the thread that looks at the files, until it has ended. */
    private final List<NamedImage> fileImages = new ArrayList<>();

    private final SideThread side;
    private SideWork<Void> fileWork;

    private record NamedImage(String name, byte[] content) {}

    /** Tells the cgroups of the tree. */
    public interface CgroupReading {
        TreeCgroups read() throws IOException;
    }

    /**
     * Prepares the collection.
     *
     * @param known what was read before the freeze
     * @param options how open files are treated
     * @param cgroups is asked once, in the first step, maybe by another thread
     * @param side looks at the files
     */
    public TreeCollector(FrozenTree tree, Known known, FileOptions options, CgroupReading cgroups, SideThread side)
            throws IOException {
        this.tree = tree;
        this.side = side;
        this.flags = known.flags();
        this.labels = known.labels();
        this.namespaces = known.namespaces();
        Surroundings surroundings = known.surroundings();
        this.pids = surroundings.pids();
        this.namespaceImages = new NamespaceImages(namespaces, options);
        this.connections =
                new TcpConnections(tree.root().pid(), options.connections().lock());
        this.files = new FileTable(options, true, connections, surroundings);
        this.alive = tree.alive();
        this.facts = new Shares<>(alive.stream()
                .<Shares.Piece<TaskFacts>>map(task -> () -> TaskFacts.read(task.pid(), pids, flags.get(task.pid())))
                .toList());
        this.threads = new ThreadFacts(alive);
        this.elsewhere = new Shares<>(alive.stream()
                .<Shares.Piece<List<CannotMoveException>>>map(
                        task -> () -> known.namespaces().differences(task.pid()))
                .toList());
        this.cgroups = new Shares<>(List.of(cgroups::read));
    }

    /** First step: the mappings, and what the tasks tell of themselves; their files are looked at meanwhile. */
    public void collectTasks() throws IOException {
        fileWork = side.begin(this::lookAtFiles);
        try {
            Shares<NamedImage> own = coreImages(collectStates());
            cores.complete(own);
            images.addAll(own.all());
        } catch (IOException | RuntimeException | Error e) {
            cores.complete(Shares.none());
            fileWork.abandon();
            throw e;
        }
    }

    private Shares<NamedImage> coreImages(List<Answers> answers) throws IOException {
        List<Shares.Piece<NamedImage>> pieces = new ArrayList<>();
        for (Answers each : answers) {
            told.put(each.task().pid(), each.mm());
            reapsByItself |= each.reapsByItself();
            for (int i = 0; i < each.threads().size(); i++) {
                int index = i;
                int tid = each.task().threads().get(index).tid();
                int number = pids.thread(each.task().pid(), tid);
                pieces.add(() -> image(
                        ImageKind.CORE, number, List.of(CoreImages.of(each, index, threads, cgroups.get(0), labels))));
            }
        }
        return new Shares<>(pieces);
    }

    /** All processes take each step before the first is waited for. */
    private List<Answers> collectStates() throws IOException {
        Deque<Questioning> asked = new ArrayDeque<>();
        Map<List<PosixTimer>, Questions> questions = new HashMap<>();
        try {
            for (int i = 0; i < alive.size(); i++) {
                asked.add(Questioning.begin(alive.get(i), facts.get(i), questions));
            }
            for (Questioning each : asked) {
                each.ask();
            }
            for (Questioning each : asked) {
                each.leave();
            }
            List<Answers> answers = new ArrayList<>();
            while (!asked.isEmpty()) {
                answers.add(asked.remove().end());
            }
            return answers;
        } catch (IOException | RuntimeException | Error e) {
            asked.forEach(each -> each.abandon(e));
            throw e;
        }
    }

    /** Second step: open files, working directories and mapped files. */
    public void collectFiles() throws IOException {
        try {
            requireHere();
        } catch (IOException | RuntimeException | Error e) {
            fileWork.abandon();
            throw e;
        }
        fileWork.await();
        images.addAll(fileImages);
        for (FrozenTask task : alive) {
            MmEntry mm = spaces.get(task.pid())
                    .mergeFrom(told.get(task.pid()).buildPartial())
                    .build();
            add(ImageKind.MM, pids.process(task.pid()), List.of(mm));
        }
    }

    private void requireHere() throws IOException {
        for (List<CannotMoveException> differences : elsewhere.all()) {
            if (!differences.isEmpty()) {
                throw differences.get(0);
            }
        }
    }

    private Void lookAtFiles() throws IOException {
        cgroups.help();
        facts.help();
        for (int i = 0; i < alive.size(); i++) {
            lookAtFiles(alive.get(i), facts.get(i));
        }
        files.requireWhole(tree.pids());
        connections.requireKept(namespaces);
        files.read(connections);
        threads.help();
        cores.join().help();
        elsewhere.help();
        return null;
    }

    private void lookAtFiles(FrozenTask task, TaskFacts known) throws IOException {
        int pid = task.pid();
        CoreImages.refuseSeccomp("process " + pid, known.status());
        fileImages.add(image(ImageKind.FDINFO, pids.process(pid), files.descriptors(pid)));
        FsEntry fs = FsEntry.newBuilder()
                .setCwdId(files.directory(pid, "cwd"))
                .setRootId(files.directory(pid, "root"))
                .setUmask(known.status().umask())
                .build();
        fileImages.add(image(ImageKind.FS, pids.process(pid), List.of(fs)));
        maps.put(pid, known.maps());
        VmaFlags letters = flags.get(pid);
        if (letters == null || !letters.covers(known.maps())) {
            letters = VmaFlags.read(pid);
        }
        spaces.put(pid, new AddressSpace(pid, files).entry(MmEntry.newBuilder(), task.stat(), known.maps(), letters));
    }

    /** Third step: all images but the pages; the inventory last, as it says that all are there. */
    public void write(SnapshotSink sink) throws IOException {
        List<PstreeEntry> pstree = new ArrayList<>();
        for (FrozenTask task : tree.tasks()) {
            pstree.add(node(task));
            writeIdentity(task);
        }
        add(ImageKind.PSTREE, pstree);
        add(ImageKind.SECCOMP, List.of(SeccompEntry.getDefaultInstance()));
        sink.image(ImageKind.TIMENS.fileName(0), ImageEncoder.encode(ImageKind.TIMENS, List.of(Clocks.now())));
        for (NamedImage image : images) {
            sink.image(image.name(), image.content());
        }
        files.write(sink);
        connections.write(sink);
        namespaceImages.write(sink, Set.copyOf(tree.pids()));
        Optional<CgroupEntry> placed = cgroups.get(0).image();
        if (placed.isPresent()) {
            sink.image(ImageKind.CGROUP.fileName(), ImageEncoder.encode(ImageKind.CGROUP, List.of(placed.get())));
        }
        sink.image(ImageKind.INVENTORY.fileName(), ImageEncoder.encode(ImageKind.INVENTORY, List.of(inventory())));
    }

    private InventoryEntry inventory() {
        InventoryEntry.Builder inventory =
                TreeIds.inventory(runId, files.closesConnections(), labels.module()).toBuilder();
        if (!connections.isEmpty()) {
            inventory.setNetworkLockMethod(connections.lockMethod());
        }
        return inventory.build();
    }

    /**
     * Takes back what was done so that the tree can be restored: to the file system, and to connections.
     *
     * @param cause why; what fails is added to it
     * @return what keeps connections from going on; empty if they do
     */
    public Optional<Throwable> undo(Throwable cause) {
        try {
            files.undo();
        } catch (RuntimeException | Error e) {
            cause.addSuppressed(e);
        }
        try {
            connections.resume();
            return Optional.empty();
        } catch (IOException | RuntimeException | Error e) {
            cause.addSuppressed(e);
            return Optional.of(e);
        }
    }

    /** The TCP connections, of which the end is for the caller to decide. */
    public TcpConnections connections() {
        return connections;
    }

    /** The mappings of a process, as they were in the freeze; after {@link #collectFiles}. */
    public List<Vma> maps(int pid) {
        return maps.get(pid);
    }

    /** The same as the target will make them; after {@link #collectFiles}. */
    public MmEntry space(int pid) {
        return spaces.get(pid).buildPartial();
    }

    /** Whether there is a process whose children go without being waited for; after {@link #collectTasks}. */
    public boolean reapsByItself() {
        return reapsByItself;
    }

    /** The shared memory objects found, whose pages must be dumped once each. */
    public List<SharedMemory.Segment> sharedMemory() {
        return files.sharedMemory().segments();
    }

    /** What could not be read of the tree's cgroups; after {@link #collectTasks}. */
    public List<String> warnings() throws IOException {
        return cgroups.get(0).warnings();
    }

    /** The number that a process has in the images. */
    public int number(int pid) throws IOException {
        return pids.process(pid);
    }

    /** What names this dump and no other, as the inventory has it. */
    public String runId() {
        return runId;
    }

    private void writeIdentity(FrozenTask task) throws IOException {
        int pid = pids.process(task.pid());
        add(ImageKind.IDS, pid, List.of(TreeIds.of(pid, namespaces)));
        if (task.zombie()) {
            CoreEntry core = CoreEntry.newBuilder()
                    .setMtype(CoreEntry.March.X86_64)
                    .setTc(TaskCoreEntry.newBuilder()
                            .setTaskState(TASK_DEAD)
                            .setExitCode(task.stat().exitCode())
                            .setPersonality(0)
                            .setFlags(0)
                            .setBlkSigset(0)
                            .setComm(task.stat().comm()))
                    .build();
            add(ImageKind.CORE, pid, List.of(core));
        }
    }

    private PstreeEntry node(FrozenTask task) throws IOException {
        int pid = pids.process(task.pid());
        TreePids.Leaders leaders = pids.leaders(task);
        PstreeEntry.Builder node = PstreeEntry.newBuilder()
                .setPid(pid)
                .setPpid(pids.parent(task))
                .setPgid(leaders.group())
                .setSid(leaders.session());
        if (task.zombie()) {
            node.addThreads(pid);
        }
        for (FrozenThread thread : task.threads()) {
            node.addThreads(pids.thread(task.pid(), thread.tid()));
        }
        return node.build();
    }

    private void add(ImageKind kind, List<? extends Message> entries) throws IOException {
        images.add(new NamedImage(kind.fileName(), ImageEncoder.encode(kind, entries)));
    }

    private void add(ImageKind kind, long id, List<? extends Message> entries) throws IOException {
        images.add(image(kind, id, entries));
    }

    private static NamedImage image(ImageKind kind, long id, List<? extends Message> entries) throws IOException {
        return new NamedImage(kind.fileName(id), ImageEncoder.encode(kind, entries));
    }
}
