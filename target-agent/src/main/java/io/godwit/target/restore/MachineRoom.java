package io.godwit.target.restore;

import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.MachineRegion;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.HoleFinder;
import io.godwit.target.plan.ParkedVdso;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.VmaKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Where in the tasks that grow the machine and the parked vdso lie: at the same addresses in all of them, where none of the source's tasks has
 * anything. When one maps something there in a later round, they move.
 */
final class MachineRoom {
    /** The kernel's vvar and vdso mappings are some ten pages; the parking place is generous. */
    private static final long PARKING_BYTES = 64 * 4096;

    private static final long BYTES = PARKING_BYTES + MachineRegion.bytes(GrownTask.THREAD_SLOTS);

    private AddressRange range;
    private ParkedVdso vdso;

    private MachineRoom(long start, List<ParkedVdso.Part> parts) {
        place(start, parts);
    }

    private void place(long start, List<ParkedVdso.Part> parts) {
        range = new AddressRange(start, start + BYTES);
        vdso = new ParkedVdso(parts, start);
    }

    /** @param seed what is mapped in the process that the tree grows from */
    static MachineRoom find(Snapshot snapshot, List<Vma> seed) throws RestoreException {
        List<AddressRange> used = used(snapshot);
        seed.forEach(vma -> add(used, vma));
        return new MachineRoom(HoleFinder.find(used, BYTES), parts(seed));
    }

    /** Where the machine begins. */
    long machine() {
        return range.start() + PARKING_BYTES;
    }

    ParkedVdso vdso() {
        return vdso;
    }

    /** Moves both in all tasks, if one of the snapshot's has mapped something where they are. */
    void makeWay(Snapshot snapshot, Collection<GrownTask> tasks) throws IOException {
        List<AddressRange> used = used(snapshot);
        if (used.stream().noneMatch(each -> each.start() < range.end() && range.start() < each.end())) {
            return;
        }
        used.add(range);
        for (GrownTask task : tasks) {
            ProcDirectory.process(task.pid()).maps().forEach(vma -> add(used, vma));
        }
        ParkedVdso from = vdso;
        place(HoleFinder.find(used, BYTES), from.parts());
        for (GrownTask task : tasks) {
            if (task.memory().vdsoIsParked()) {
                Assembler a = new Assembler();
                from.moveTo(vdso, a);
                task.run(a.build());
            }
            task.machine().move(task.leader(), machine());
        }
    }

    private static List<AddressRange> used(Snapshot snapshot) {
        List<AddressRange> used = new ArrayList<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            task.vmas().stream()
                    .filter(vma -> vma.getStart() >= 0)
                    .forEach(vma -> used.add(new AddressRange(vma.getStart(), vma.getEnd())));
        }
        return used;
    }

    private static void add(List<AddressRange> used, Vma vma) {
        if (vma.start() >= 0) {
            used.add(new AddressRange(vma.start(), vma.end()));
        }
    }

    private static List<ParkedVdso.Part> parts(List<Vma> seed) {
        List<ParkedVdso.Part> parts = new ArrayList<>();
        for (Vma vma : seed) {
            if (vma.kernelOwned() && !vma.name().equals("[vsyscall]")) {
                VmaKind kind = vma.vdso() ? VmaKind.VDSO : VmaKind.VVAR;
                parts.add(new ParkedVdso.Part(kind, new AddressRange(vma.start(), vma.end())));
            }
        }
        return parts;
    }
}
