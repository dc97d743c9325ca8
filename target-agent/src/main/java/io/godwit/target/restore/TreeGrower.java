package io.godwit.target.restore;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.MachineRegion;
import io.godwit.linux.machine.Program;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.linux.trace.Tracee;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.HoleFinder;
import io.godwit.target.plan.ParkedVdso;
import io.godwit.target.plan.RestorePlan;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.VmaKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Grows the tree from the seed. The machine is put into a hole that no task will use, the seed drops every other mapping, and forks
 * pass both on.
 */
final class TreeGrower {
    private static final int OPTIONS =
            Tracee.OPTION_EXITKILL | Tracee.OPTION_TRACE_FORK | Tracee.OPTION_TRACE_VFORK | Tracee.OPTION_TRACE_CLONE;
    /** The kernel's vvar and vdso mappings are some ten pages; the parking place is generous. */
    private static final long PARKING_BYTES = 64 * 4096;

    private final Snapshot snapshot;
    private final Map<Integer, GrownTask> tasks = new LinkedHashMap<>();
    private final List<Integer> created = new ArrayList<>();
    private ParkedVdso vdso;
    private XstateLayout xstate;

    TreeGrower(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Starts the root as a seed that holds nothing but the machine and the parked vdso. */
    void startRoot() throws IOException {
        int pid = snapshot.root().pid();
        Seed.start(pid);
        created.add(pid);
        Tracee root = Tracee.seize(pid, OPTIONS);
        root.interrupt();
        root.await();
        List<Vma> before = ProcDirectory.process(pid).maps();
        long hole = HoleFinder.find(used(before), PARKING_BYTES + MachineRegion.bytes(0));
        vdso = new ParkedVdso(parts(before), hole);
        RemoteMachine machine = RemoteMachine.install(root, hole + PARKING_BYTES, 0);
        GrownTask task = new GrownTask(root, machine);
        tasks.put(pid, task);
        clear(task, before);
    }

    /** Forks all other tasks, parents before children. */
    void fork(RestorePlan plan) throws IOException {
        for (var fork : plan.forks().entrySet()) {
            GrownTask parent = tasks.get(fork.getKey());
            RunResult result;
            try {
                result = parent.run(fork.getValue());
            } finally {
                created.addAll(childrenOf(parent.pid()));
            }
            for (int child : result.children()) {
                Tracee tracee = GrownTask.adopt(child);
                tasks.put(child, new GrownTask(tracee, parent.machine().forked(tracee)));
            }
        }
    }

    GrownTask task(int pid) {
        return tasks.get(pid);
    }

    /** All tasks that were made so far, whether or not they are known by their tracees. */
    List<Integer> created() {
        return List.copyOf(created);
    }

    ParkedVdso vdso() {
        return vdso;
    }

    XstateLayout xstate() {
        return xstate;
    }

    private List<AddressRange> used(List<Vma> seed) {
        List<AddressRange> used = new ArrayList<>();
        seed.forEach(vma -> used.add(new AddressRange(vma.start(), vma.end())));
        for (TaskSnapshot task : snapshot.tasks()) {
            task.vmas().forEach(vma -> used.add(new AddressRange(vma.getStart(), vma.getEnd())));
        }
        used.removeIf(range -> range.start() < 0);
        return used;
    }

    private static List<ParkedVdso.Part> parts(List<Vma> seed) {
        List<ParkedVdso.Part> parts = new ArrayList<>();
        for (Vma vma : seed) {
            if (vma.kernelOwned() && !vma.name().equals("[vsyscall]")) {
                VmaKind kind = vma.name().equals("[vdso]") ? VmaKind.VDSO : VmaKind.VVAR;
                parts.add(new ParkedVdso.Part(kind, new AddressRange(vma.start(), vma.end())));
            }
        }
        return parts;
    }

    private void clear(GrownTask root, List<Vma> before) throws IOException {
        Assembler a = new Assembler();
        vdso.park(a);
        for (Vma vma : before) {
            if (!vma.kernelOwned()) {
                a.label("drop " + vma + " of the seed");
                a.call(Syscall.MUNMAP, imm(vma.start()), imm(vma.bytes()));
            }
        }
        DataSlot answers = XstateLayout.ask(a);
        Program program = a.build();
        xstate = XstateLayout.of(root.run(program), answers);
    }

    private List<Integer> childrenOf(int pid) {
        return snapshot.tasks().stream()
                .filter(task -> task.ppid() == pid)
                .map(TaskSnapshot::pid)
                .toList();
    }
}
