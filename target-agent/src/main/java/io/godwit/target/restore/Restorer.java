package io.godwit.target.restore;

import io.godwit.image.Images;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.linux.SideThread;
import io.godwit.linux.SideWork;
import io.godwit.linux.machine.Program;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.trace.Tracee;
import io.godwit.page.server.PageDestination;
import io.godwit.target.cgroup.Cgroups;
import io.godwit.target.namespace.NamespaceListener;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.AgentLimits;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.RestorePlan;
import io.godwit.target.plan.Sessions;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.SnapshotCheck;
import io.godwit.target.plan.SnapshotReader;
import io.godwit.target.plan.TaskPlan;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Restores a tree. It may grow while the tree still runs at the source: {@link #grow} takes the images of one round after the
 * other, and {@link #pages} and {@link #shared} what the round has of memory. The last round's images hold everything, and {@link #finish} makes the rest.
 * All of it runs on one thread, which traces the tree. When a step fails nothing is left behind.
 */
public final class Restorer implements PageDestination {
    /** The step of the clock in which the tree gets its tasks. */
    static final String FORKING = "fork the tree";

    private final RestoreOptions options;
    private final StepClock clock = new StepClock(System::nanoTime);
    private final Cgroups cgroups;
    private final TreeGrower grower;
    private final FileTable files = new FileTable();
    /** The files behind the mappings of a round before the last. */
    private final FileTable shapeFiles = new FileTable();

    private final PseudoTerminals terminals = new PseudoTerminals();
    private final SharedObjects objects = new SharedObjects();
    private final SideThread side = new SideThread("godwit-side");

    private Growth growth;
    private Map<Integer, List<PageIndex.Extent>> stored = Map.of();
    /** The mappings whose pages are filled later, by pid. */
    private final Map<Integer, List<AddressRange>> onDemand = new LinkedHashMap<>();
    /** Null if memory is filled before the tree runs. */
    private FillerConnection filler;

    private Snapshot snapshot;
    private Sessions sessions;
    private FileRegistry registry;
    private AgentLimits limits;
    private RestorePlan plan;
    /** Null before it is begun. */
    private SideWork<RestorePlan> planning;

    private OwnNamespaces namespaces;
    private boolean patient;

    public Restorer(RestoreOptions options) {
        this.options = options;
        this.cgroups = new Cgroups(options.cgroups());
        this.grower = new TreeGrower(options.parent(), cgroups);
    }

    /**
     * Restores a tree from the images of a directory and holds it frozen.
     *
     * @throws IOException when it can not be restored; then nothing is left of it
     */
    public static RestoredTree restore(Path directory, RestoreOptions options) throws IOException {
        return restore(directory, options, NamespaceListener.NONE);
    }

    /** The same with somebody who is told of the tree's own namespaces. */
    public static RestoredTree restore(Path directory, RestoreOptions options, NamespaceListener listener)
            throws IOException {
        Restorer restorer = of(options, listener);
        restorer.patient = true;
        if (options.filler().isPresent()) {
            restorer.filler = FillerConnection.connect(options.filler().get());
        }
        restorer.safely(() -> restorer.prepare(Images.in(directory), true));
        return restorer.finish();
    }

    /** The same while a tree stands still for it, so that nobody who has its pids is waited for. */
    public static RestoredTree restoreAtOnce(Path directory, RestoreOptions options) throws IOException {
        Restorer restorer = of(options, NamespaceListener.NONE);
        restorer.safely(() -> restorer.prepare(Images.in(directory), true));
        return restorer.finish();
    }

    private static Restorer of(RestoreOptions options, NamespaceListener listener) {
        Restorer restorer = new Restorer(options);
        restorer.namespaces = new OwnNamespaces(options, listener);
        return restorer;
    }

    /** Brings the tree into the shape that the images tell of. */
    public void grow(Images images) throws IOException {
        safely(() -> {
            if (SnapshotReader.isComplete(images)) {
                prepare(images, false);
            } else {
                growShape(images);
            }
        });
    }

    @Override
    public PageSink shared(long shmid) throws IOException {
        return objects.pages(shmid);
    }

    @Override
    public PageSink pages(int pid) throws IOException {
        GrownTask task = growth.task(pid);
        if (plan == null) {
            task.memory().expect(task);
        }
        return new InPlacePages(task, task.memory());
    }

    private void growShape(Images images) throws IOException {
        shapeFiles.close();
        snapshot = SnapshotReader.readShape(images);
        SnapshotCheck.checkShape(snapshot);
        grower.endGone(snapshot);
        sessions = new Sessions(snapshot, options.shellJob());
        registry = new FileRegistry(snapshot, shapeFiles, options.files(), terminals, objects);
        registry.openShape();
        cgroups.prepare(images);
        growth = new Growth(snapshot, sessions, grower, registry);
        growth.begin();
        growth.map();
        limits();
    }

    /** Asked once, and before the tree stands still where there is a shape before. */
    private AgentLimits limits() throws IOException {
        if (limits == null) {
            limits = AgentRights.limits();
        }
        return limits;
    }

    private void prepare(Images images, boolean memoryFromImages) throws IOException {
        shapeFiles.close();
        clock.time("read the images", () -> readImages(images, memoryFromImages));
        // a terminal hangs up when the leader of its session ends: those that are to end must have, before it is filled
        clock.time(FORKING, () -> grower.endGone(snapshot));
        if (namespaces != null && !namespaces.ownsPids() && patient) {
            clock.time("wait for the pids", () -> TakenPids.awaitBurial(snapshot.ids()));
        }
        if (namespaces != null && !namespaces.none()) {
            cgroups.prepare(images);
            clock.time("make the namespaces", () -> namespaces.make(snapshot, grower, files));
        }
        clock.time("open the files", registry::open);
        AgentLimits own = limits();
        planning = side.begin(() -> RestorePlan.of(snapshot, sessions, registry, own));
        growth = new Growth(snapshot, sessions, grower, registry);
        cgroups.prepare(images);
        clock.time(FORKING, growth::begin);
        if (memoryFromImages) {
            clock.time("map and fill memory", () -> growth.completeFrom(stored, filler != null));
        } else {
            clock.time("map memory", growth::map);
        }
        clock.time("plan", () -> plan = planning.await());
        LostCapabilities.warnings(snapshot, own.capabilities().permitted()).forEach(files::warn);
    }

    /** Makes all that is not memory, and holds the tree frozen. */
    public RestoredTree finish() throws IOException {
        if (plan == null) {
            abandon();
            throw new RestoreException("the tree was to be finished before its last images came");
        }
        safely(() -> {
            clock.time(FORKING, growth::complete);
            clock.time("open the files", () -> registry.openProcesses(grower.pids()));
            clock.time("fill shared memory", registry::fill);
            clock.time("end the zombies", this::endZombies);
            clock.time("protect memory", this::protect);
            if (filler != null) {
                clock.time("leave memory to be fetched", this::leaveMemory);
            }
            clock.time("set up the tasks", this::setUpTasks);
            clock.time("set up the threads", this::setUpThreads);
            clock.time("finish the files", () -> registry.finish(grower.pids()));
            clock.time("set the registers", this::setRegisters);
            cgroups.complete();
        });
        List<TaskSnapshot> living =
                snapshot.tasks().stream().filter(task -> !task.zombie()).toList();
        files.close();
        files.leaveRoot();
        objects.close();
        terminals.close();
        side.close();
        if (options.autoDedup()) {
            Deduplication.punch(stored.values());
        }
        return new RestoredTree(
                snapshot,
                grower,
                living,
                files,
                clock,
                new RestoredTree.Manner(
                        options.leaveStopped(),
                        restoredPages(),
                        Optional.ofNullable(filler),
                        namespaces != null && namespaces.ownsNetwork()));
    }

    private long restoredPages() {
        return stored.values().stream()
                .flatMap(List::stream)
                .mapToLong(PageIndex.Extent::nrPages)
                .sum();
    }

    /** Ends what there is of the tree and removes what was made for it. */
    public void abandon() {
        if (planning != null) {
            planning.abandon();
        }
        grower.kill();
        if (filler != null) {
            filler.close();
        }
        shapeFiles.close();
        files.close();
        objects.close();
        terminals.close();
        side.close();
        files.rollBack();
    }

    private void safely(StepClock.Action action) throws IOException {
        try {
            action.run();
        } catch (UncheckedIOException e) {
            abandon();
            throw e.getCause();
        } catch (IOException | RuntimeException | Error e) {
            abandon();
            throw e;
        }
    }

    private void readImages(Images images, boolean memoryFromImages) throws IOException {
        snapshot = SnapshotReader.read(images, side);
        SnapshotCheck.check(snapshot);
        if (!snapshot.locks().isEmpty() && !options.files().locks()) {
            throw new RestoreException(
                    "the tree held " + snapshot.locks().size() + " file locks; give --file-locks to take them again");
        }
        labels();
        adoptOrphans();
        sessions = new Sessions(snapshot, options.shellJob());
        stored = new LinkedHashMap<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            if (memoryFromImages && !task.zombie()) {
                PagemapId id = new PagemapId(PagemapId.Kind.TASK, task.pid());
                if (filler == null) {
                    stored.put(
                            task.pid(), PageIndex.load(images.directory(), id).extents());
                } else {
                    OnDemandMemory memory = OnDemandMemory.of(task, PageIndex.loadOnDemand(images.directory(), id));
                    stored.put(task.pid(), memory.atOnce());
                    onDemand.put(task.pid(), memory.mappings());
                }
            }
        }
        OptionalInt held = OptionalInt.empty();
        if (namespaces != null) {
            namespaces.read(images, snapshot);
            held = namespaces.held();
        }
        registry = new FileRegistry(snapshot, files, options.files(), terminals, objects, held);
    }

    /** Before the tree is forked: a session has its terminal from then on. */
    private void adoptOrphans() throws IOException {
        if (options.files().masters().isPresent()) {
            snapshot = OrphanTerminals.adopt(snapshot, options.files().masters().get(), terminals);
        }
    }

    private void labels() throws IOException {
        List<String> lost = LostLabels.of(snapshot);
        if (!lost.isEmpty() && !options.anyLabel()) {
            throw new RestoreException(lost.get(0) + "; restore under that label, such as by aa-exec or runcon,"
                    + " or let it go by --lsm-profile none");
        }
        lost.forEach(files::warn);
    }

    private void endZombies() throws IOException {
        for (var zombie : plan.zombies().entrySet()) {
            grower.task(zombie.getKey()).end(zombie.getValue());
        }
    }

    private void protect() throws IOException {
        Map<GrownTask, List<Program>> programs = new LinkedHashMap<>();
        for (TaskPlan task : plan.tasks()) {
            GrownTask grown = grower.task(task.task().pid());
            programs.put(grown, grown.memory().protections(task.task()));
        }
        Together.run(programs);
    }

    /** From here on the filler must live, and take what it is told: what a task touches, or the kernel for it, may be a page that it has to give. */
    private void leaveMemory() throws IOException {
        for (TaskSnapshot task : snapshot.tasks()) {
            if (task.zombie()) {
                filler.zombie(task);
            } else {
                filler.leave(grower.task(task.pid()), onDemand.get(task.pid()));
            }
        }
        filler.awaitTaken();
    }

    private void setUpTasks() throws IOException {
        Map<GrownTask, List<Program>> programs = new LinkedHashMap<>();
        for (TaskPlan task : plan.tasks()) {
            programs.put(grower.task(task.task().pid()), task.environment());
        }
        Together.run(programs);
        for (TaskPlan task : plan.tasks()) {
            if (!task.threads().isEmpty()) {
                adoptThreads(grower.task(task.task().pid()), task.task());
            }
        }
    }

    private void adoptThreads(GrownTask task, TaskSnapshot of) throws IOException {
        for (int tid : ProcDirectory.process(task.pid()).threads()) {
            if (tid != task.pid()) {
                task.threads().add(GrownTask.adopt(tid));
                cgroups.placeThread(
                        tid, task.pid(), of.cores().get(grower.pids().inImages(tid)));
            }
        }
    }

    private void setUpThreads() throws IOException {
        Map<GrownTask, List<Program>> leaders = new LinkedHashMap<>();
        for (TaskPlan task : plan.tasks()) {
            GrownTask grown = grower.task(task.task().pid());
            grown.runInThreads(byThread(grown, task.threads()));
            leaders.put(grown, task.leader());
        }
        Together.run(leaders);
        OomScore inherited = OomScore.ofAgent();
        for (TaskPlan task : plan.tasks()) {
            inherited.set(task.task(), grower.task(task.task().pid()).pid());
        }
    }

    private Map<Integer, Program> byThread(GrownTask task, Map<Integer, Program> byNumber) throws IOException {
        Map<Integer, Program> programs = new LinkedHashMap<>();
        for (Tracee thread : task.threads()) {
            programs.put(thread.tid(), byNumber.get(grower.pids().inImages(thread.tid())));
        }
        return programs;
    }

    private void setRegisters() throws IOException {
        Xstate xstate = new Xstate(grower.xstate());
        for (TaskPlan task : plan.tasks()) {
            GrownTask grown = grower.task(task.task().pid());
            if (task.ignoresSigtrap()) {
                grown.machine().ignoreSigtrapInTheEnd();
            }
            grown.beginRemove(task.task());
        }
        for (TaskPlan task : plan.tasks()) {
            GrownTask grown = grower.task(task.task().pid());
            grown.machine().endRemove(grown.leader());
            ThreadState.set(grown.leader(), task.task().pid(), task.task(), xstate);
            for (Tracee thread : grown.threads()) {
                ThreadState.set(thread, grower.pids().inImages(thread.tid()), task.task(), xstate);
            }
        }
    }
}
