package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagemapId;
import io.godwit.linux.machine.Program;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.trace.Tracee;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Restores a tree from the images of a directory. The steps of {@link #run()} are the restore; all of them run on the calling
 * thread, which traces the tree from then on. When one fails nothing is left behind.
 */
public final class Restorer {
    private final Path directory;
    private final RestoreOptions options;
    private final StepClock clock = new StepClock(System::nanoTime);
    private final FileTable files = new FileTable();
    private Snapshot snapshot;
    private Sessions sessions;
    private Map<Integer, List<PageIndex.Extent>> pages;
    private FileRegistry registry;
    private TreeGrower grower;
    private RestorePlan plan;

    private Restorer(Path directory, RestoreOptions options) {
        this.directory = directory;
        this.options = options;
    }

    /**
     * Restores a tree and holds it frozen.
     *
     * @throws IOException when it can not be restored; then nothing is left of it
     */
    public static RestoredTree restore(Path directory, RestoreOptions options) throws IOException {
        return new Restorer(directory, options).run();
    }

    private RestoredTree run() throws IOException {
        clock.time("read the images", this::readImages);
        try {
            clock.time("open the files", this::openFiles);
            clock.time("start the root", grower::startRoot);
            clock.time("plan", this::plan);
            clock.time("fork the tree", () -> grower.fork(plan));
            clock.time("end the zombies", this::endZombies);
            clock.time("map and fill memory", this::fillMemory);
            clock.time("set up the tasks", this::setUpTasks);
            clock.time("set up the threads", this::setUpThreads);
            clock.time("finish the files", registry::finish);
            clock.time("set the registers", this::setRegisters);
        } catch (UncheckedIOException e) {
            abandon();
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            abandon();
            throw e;
        }
        List<TaskSnapshot> living =
                snapshot.tasks().stream().filter(task -> !task.zombie()).toList();
        files.close();
        if (options.autoDedup()) {
            Deduplication.punch(pages.values());
        }
        return new RestoredTree(snapshot, grower, living, files, clock);
    }

    private void readImages() throws IOException {
        snapshot = SnapshotReader.read(directory);
        SnapshotCheck.check(snapshot);
        sessions = new Sessions(snapshot, options.shellJob());
        pages = new LinkedHashMap<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            if (!task.zombie()) {
                PagemapId id = new PagemapId(PagemapId.Kind.TASK, task.pid());
                pages.put(task.pid(), PageIndex.load(directory, id).extents());
            }
        }
        registry = new FileRegistry(snapshot, files);
        grower = new TreeGrower(snapshot);
    }

    private void openFiles() throws IOException {
        registry.open();
    }

    private void plan() throws IOException {
        plan = RestorePlan.of(snapshot, sessions, pages::get, registry, AgentRights.limits(), grower.vdso());
    }

    private void endZombies() throws IOException {
        for (var zombie : plan.zombies().entrySet()) {
            grower.task(zombie.getKey()).end(zombie.getValue());
        }
    }

    /** All tasks at the same time: filling memory is the longest step by far. */
    private void fillMemory() throws IOException {
        int longest = plan.tasks().stream()
                .mapToInt(task -> task.address().size())
                .max()
                .orElse(0);
        for (int i = 0; i < longest; i++) {
            List<GrownTask> started = new ArrayList<>();
            for (TaskPlan task : plan.tasks()) {
                if (i < task.address().size()) {
                    GrownTask grown = grower.task(task.task().pid());
                    grown.start(task.address().get(i));
                    started.add(grown);
                }
            }
            for (GrownTask grown : started) {
                grown.finish();
            }
        }
    }

    private void setUpTasks() throws IOException {
        for (TaskPlan task : plan.tasks()) {
            GrownTask grown = grower.task(task.task().pid());
            for (Program program : task.environment()) {
                RunResult result = grown.run(program);
                for (int tid : result.children()) {
                    grown.threads().add(GrownTask.adopt(tid));
                }
            }
        }
    }

    private void setUpThreads() throws IOException {
        for (TaskPlan task : plan.tasks()) {
            GrownTask grown = grower.task(task.task().pid());
            for (Tracee thread : grown.threads()) {
                grown.run(thread, task.threads().get(thread.tid()));
            }
            grown.run(task.leader());
            OomScore.set(task.task());
        }
    }

    private void setRegisters() throws IOException {
        Xstate xstate = new Xstate(grower.xstate());
        for (TaskPlan task : plan.tasks()) {
            GrownTask grown = grower.task(task.task().pid());
            if (task.ignoresSigtrap()) {
                grown.machine().ignoreSigtrapInTheEnd();
            }
            grown.machine().remove(grown.leader());
            ThreadState.set(grown.leader(), task.task(), xstate);
            for (Tracee thread : grown.threads()) {
                ThreadState.set(thread, task.task(), xstate);
            }
        }
    }

    private void abandon() {
        TreeKiller.kill(grower.created());
        files.close();
        files.rollBack();
    }
}
