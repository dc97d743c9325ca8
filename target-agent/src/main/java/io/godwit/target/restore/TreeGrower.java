package io.godwit.target.restore;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Program;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.linux.trace.Tracee;
import io.godwit.target.cgroup.Cgroups;
import io.godwit.target.plan.Abi;
import io.godwit.target.plan.AgentFiles;
import io.godwit.target.plan.ForkPlanner;
import io.godwit.target.plan.ParkedVdso;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Sessions;
import io.godwit.target.plan.SignalActionPlanner;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.Terminals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Grows the tree from the seed. The machine is put into a hole that no task will use, the seed drops every other mapping, and forks
 * pass both on. The tree can be grown again and again, as the one at the source changes. When a task forks its children is left
 * to the caller, since they begin with the memory that it has then.
 */
final class TreeGrower {
    /** Not that for threads, which become tracees without it. */
    private static final int OPTIONS = Tracee.OPTION_EXITKILL | Tracee.OPTION_TRACE_FORK | Tracee.OPTION_TRACE_VFORK;

    private static final int WALL = 0x40000000;
    private static final int NO_DESCRIPTOR = -1;
    /** After standard input, output and error. */
    private static final int FIRST_PRIVATE = 3;

    private final Map<Integer, GrownTask> tasks = new LinkedHashMap<>();
    private final Map<Integer, Place> places = new HashMap<>();
    private final Set<Integer> created = new LinkedHashSet<>();
    private final RestoreOptions.Parent parent;
    private RestoredPids pids = new RestoredPids(false);
    private boolean grown;
    private final Cgroups cgroups;
    /** The programs of tasks that have children to fork, parents first. */
    private final Map<Integer, Program> forks = new LinkedHashMap<>();

    private Snapshot snapshot;
    private MachineRoom room;
    private XstateLayout xstate;

    /**
     * Prepares the growth.
     *
     * @param parent who becomes the parent of the root
     * @param cgroups where tasks are put as soon as they are made
     */
    TreeGrower(RestoreOptions.Parent parent, Cgroups cgroups) {
        this.parent = parent;
        this.cgroups = cgroups;
    }

    /** Where in the tree a task was made; it can not be moved to another parent, session or terminal. */
    private record Place(int parent, int session, int terminal) {
        static Place of(TaskSnapshot task, Terminals terminals) {
            int terminal =
                    terminals.controlling(task.sid()).map(Terminals.Pair::index).orElse(-1);
            return new Place(task.ppid(), task.sid(), terminal);
        }
    }

    /**
     * Makes the tree the one of the snapshot, but for the children that are yet to be forked. {@link #endGone} has ended the tasks that
     * the snapshot has not.
     */
    void grow(Snapshot snapshot, Sessions sessions, AgentFiles files) throws IOException {
        Set<Integer> existing = grown ? Set.copyOf(tasks.keySet()) : Set.of();
        Terminals terminals = Terminals.of(snapshot);
        if (tasks.isEmpty()) {
            int pid = snapshot.root().pid();
            Seed.start(pid, parent);
            adoptRoot(pid, snapshot, terminals, NO_DESCRIPTOR);
        }
        grown = true;
        this.snapshot = snapshot;
        room.makeWay(snapshot, tasks.values());
        ForkPlanner planner = new ForkPlanner(snapshot, sessions, existing, files);
        for (TaskSnapshot task : snapshot.tasks()) {
            if (existing.contains(task.pid())) {
                place(task);
            }
            if (!task.zombie()) {
                forks.put(task.pid(), planner.plan(task));
            }
            places.put(task.pid(), Place.of(task, terminals));
        }
        for (int pid : Set.copyOf(tasks.keySet())) {
            if (!hasChildrenToFork(pid)) {
                forkChildren(pid);
            }
        }
    }

    /** Ends the tasks that a snapshot has no more, or has in other places; it comes before what is made as the snapshot says. */
    void endGone(Snapshot snapshot) throws IOException {
        forkAll();
        endOthers(snapshot, Terminals.of(snapshot));
    }

    /**
     * Lets a task fork the children that it has not yet. Their memory is a copy of its own.
     *
     * @return the pids of those that were made
     */
    Set<Integer> forkChildren(int pid) throws IOException {
        Program program = forks.remove(pid);
        if (program == null || program.isEmpty()) {
            return Set.of();
        }
        Set<Integer> children = fork(tasks.get(pid), program);
        for (int child : children) {
            if (!hasChildrenToFork(child)) {
                forkChildren(child);
            }
        }
        return children;
    }

    private boolean hasChildrenToFork(int pid) {
        return childrenOf(pid).stream().anyMatch(child -> !tasks.containsKey(child.pid()));
    }

    private List<TaskSnapshot> childrenOf(int pid) {
        return snapshot.task(pid).map(snapshot::childrenOf).orElse(List.of());
    }

    private void forkAll() throws IOException {
        for (int pid : List.copyOf(forks.keySet())) {
            forkChildren(pid);
        }
    }

    private void place(TaskSnapshot task) throws IOException {
        int pid = pids.here(task.pid());
        if (task.ppid() == 0) {
            cgroups.placeRoot(pid, task.core());
        } else {
            cgroups.placeChild(pid, pids.here(task.ppid()), task.core());
        }
    }

    /**
     * Starts the root before all else, as the init of a pid namespace of its own.
     *
     * @param held the number that the pidfd of the agent gets in it
     */
    GrownTask startInit(Snapshot snapshot, int held) throws IOException {
        pids = new RestoredPids(true);
        Seed.Init init = Seed.startInit(parent);
        created.add(init.pid());
        adoptRoot(init.pid(), snapshot, Terminals.of(snapshot), init.agent());
        Assembler a = new Assembler();
        a.label("keep the way to the agent").advice("the open-file limit of the agent must be above " + held);
        if (init.agent() == held) {
            a.call(Syscall.FCNTL, imm(held), imm(Abi.F_SETFD), imm(Abi.FD_CLOEXEC));
        } else {
            a.callExpect(Syscall.FCNTL, held, imm(init.agent()), imm(Abi.F_DUPFD_CLOEXEC), imm(held));
            a.call(Syscall.CLOSE, imm(init.agent()));
        }
        GrownTask root = tasks.get(snapshot.root().pid());
        root.run(a.build());
        return root;
    }

    /** Starts the root before all else, with its own pid. */
    GrownTask startRoot(Snapshot snapshot) throws IOException {
        int pid = snapshot.root().pid();
        Seed.start(pid, parent);
        adoptRoot(pid, snapshot, Terminals.of(snapshot), NO_DESCRIPTOR);
        return tasks.get(pid);
    }

    RestoredPids pids() {
        return pids;
    }

    /**
     * Makes a seed the root, which holds nothing but the machine and the parked vdso.
     *
     * @param kept a descriptor that it keeps; or {@link #NO_DESCRIPTOR}
     */
    private void adoptRoot(int pid, Snapshot snapshot, Terminals terminals, int kept) throws IOException {
        created.add(pid);
        Tracee root = Tracee.seize(pid, OPTIONS);
        root.interrupt();
        root.await();
        int number = pids.inImages(pid);
        place(snapshot.root());
        List<Vma> before = ProcDirectory.process(pid).maps();
        room = MachineRoom.find(snapshot, before);
        RemoteMachine machine = RemoteMachine.installInSeed(root, room.machine(), GrownTask.THREAD_SLOTS);
        GrownTask task = new GrownTask(root, machine, new GrownMemory(TransparentHugePages.always()));
        tasks.put(number, task);
        places.put(number, Place.of(snapshot.root(), terminals));
        clear(task, before, kept);
    }

    private Set<Integer> fork(GrownTask parent, Program program) throws IOException {
        RunResult result;
        try {
            result = parent.run(program);
        } finally {
            noteChildren(parent);
        }
        Set<Integer> children = new LinkedHashSet<>();
        for (int child : result.children()) {
            Tracee tracee = GrownTask.adopt(child);
            int number = pids.inImages(child);
            place(snapshot.task(number).orElseThrow());
            RemoteMachine machine = parent.machine().forked(tracee);
            tasks.put(number, new GrownTask(tracee, machine, parent.memory().forked()));
            children.add(number);
        }
        return children;
    }

    /** Those that it made must end with the tree also if the program did not come to its end. */
    private void noteChildren(GrownTask parent) throws IOException {
        if (pids.areOther()) {
            for (int child : ProcDirectory.thread(parent.pid(), parent.pid()).children()) {
                created.add(child);
            }
            return;
        }
        for (TaskSnapshot child : childrenOf(parent.pid())) {
            if (!tasks.containsKey(child.pid())) {
                created.add(child.pid());
            }
        }
    }

    /**
     * Ends the tasks that have another place now, or none, and all that descend from them: these are to be forked anew by the one
     * that takes its place. Children go before their parents, so that each parent is there to reap.
     */
    private void endOthers(Snapshot snapshot, Terminals terminals) throws IOException {
        Set<Integer> staying = new HashSet<>();
        List<Integer> ending = new ArrayList<>();
        for (int pid : tasks.keySet()) {
            Place place = places.get(pid);
            boolean parentStays = staying.isEmpty() || staying.contains(place.parent());
            boolean samePlace = snapshot.task(pid)
                    .filter(task -> Place.of(task, terminals).equals(place))
                    .isPresent();
            if (parentStays && samePlace) {
                staying.add(pid);
            } else {
                ending.add(pid);
            }
        }
        Collections.reverse(ending);
        for (int pid : ending) {
            end(pid, tasks.get(places.get(pid).parent()));
        }
    }

    private void end(int pid, GrownTask parent) throws IOException {
        if (parent == null) {
            throw new RestoreException(
                    "pid " + pid
                            + ", the root of the tree, began a session or changed its terminal while the tree was migrated; start the migration again");
        }
        tasks.get(pid).kill();
        Assembler a = new Assembler();
        a.label("reap pid " + pid + ", which the tree has no more");
        a.callExpect(Syscall.WAIT4, pid, imm(pid), imm(0), imm(WALL), imm(0));
        parent.run(a.build());
        tasks.remove(pid);
        places.remove(pid);
        cgroups.forget(pid);
        created.remove(pid);
    }

    GrownTask task(int pid) {
        return tasks.get(pid);
    }

    /** Ends all tasks that were made so far, whether or not they are known by their tracees, and removes their cgroups. */
    void kill() {
        tasks.values().forEach(task -> task.memory().expectNoMore());
        TreeKiller.kill(List.copyOf(created));
        created.clear();
        cgroups.rollBack();
    }

    /** What could not be restored exactly of the cgroups. */
    List<String> warnings() {
        return cgroups.warnings();
    }

    ParkedVdso vdso() {
        return room.vdso();
    }

    XstateLayout xstate() {
        return xstate;
    }

    private void clear(GrownTask root, List<Vma> before, int kept) throws IOException {
        Assembler a = new Assembler();
        // the seed does that too, but may have been stopped before it came to it
        a.label("close what the seed has of the agent");
        if (kept != NO_DESCRIPTOR && kept > FIRST_PRIVATE) {
            a.call(Syscall.CLOSE_RANGE, imm(FIRST_PRIVATE), imm(kept - 1), imm(0));
        }
        int after = kept == NO_DESCRIPTOR ? FIRST_PRIVATE : kept + 1;
        a.call(Syscall.CLOSE_RANGE, imm(after), imm(Integer.MAX_VALUE), imm(0));
        room.vdso().park(a);
        for (Vma vma : before) {
            if (!vma.kernelOwned()) {
                a.label("drop " + vma + " of the seed");
                a.call(Syscall.MUNMAP, imm(vma.start()), imm(vma.bytes()));
            }
        }
        SignalActionPlanner.reset(a);
        DataSlot answers = XstateLayout.ask(a);
        Program program = a.build();
        xstate = XstateLayout.of(root.run(program), answers);
    }
}
