package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import java.util.ArrayList;
import java.util.List;

/**
 * The seed's own vdso and vvar mappings, moved out of the way to a parking place. Every task inherits them there and moves them to
 * where its program knows them; the two moves can not collide with each other.
 *
 * @param parts ascending by address, as the kernel made them
 * @param parking first address of the parking place
 */
public record ParkedVdso(List<Part> parts, long parking) {
    /**
     * One mapping of the group.
     *
     * @param kind VDSO or VVAR
     */
    public record Part(VmaKind kind, AddressRange range) {}

    /** Copies the list. */
    public ParkedVdso {
        parts = List.copyOf(parts);
    }

    /** How much address space the parking place takes. */
    public long bytes() {
        return parts.stream().mapToLong(part -> part.range().bytes()).sum();
    }

    /** Moves the seed's mappings to the parking place. */
    public void park(Assembler a) {
        park(a, parts.stream().map(Part::range).toList());
    }

    /** Moves mappings that are parked here to another parking place. */
    public void moveTo(ParkedVdso other, Assembler a) {
        List<AddressRange> here = new ArrayList<>();
        long at = parking;
        for (Part part : parts) {
            here.add(new AddressRange(at, at + part.range().bytes()));
            at += part.range().bytes();
        }
        other.park(a, here);
    }

    private void park(Assembler a, List<AddressRange> from) {
        long to = parking;
        for (int i = 0; i < from.size(); i++) {
            AddressRange range = from.get(i);
            move(a, "park the " + parts.get(i).kind(), range.start(), range.bytes(), to);
            to += range.bytes();
        }
    }

    /** Whether the mappings are where the task has them. */
    static boolean isHome(TaskSnapshot task, MappedSpace space) {
        List<AddressRange> ranges = space.vdso();
        int count = 0;
        for (VmaEntry vma : task.vmas()) {
            if (VmaKind.of(vma).isVdsoGroup()) {
                if (ranges == null
                        || count == ranges.size()
                        || ranges.get(count).start() != vma.getStart()
                        || ranges.get(count).end() != vma.getEnd()) {
                    return false;
                }
                count++;
            }
        }
        return ranges != null && count == ranges.size();
    }

    /**
     * Moves the mappings to where the task has them, and drops those that it does not have. An execve(2) at the source can have
     * moved them since the last time; then they go by way of the parking place.
     */
    void moveHome(TaskSnapshot task, MappedSpace space, ProgramSequence sequence) throws RestoreException {
        if (isHome(task, space)) {
            return;
        }
        List<VmaEntry> homes = new ArrayList<>(task.vmas());
        homes.removeIf(vma -> !VmaKind.of(vma).isVdsoGroup());
        List<AddressRange> ranges = homes.stream().map(Vmas::range).toList();
        Assembler a = sequence.assembler();
        if (space.vdso() != null) {
            park(a, space.vdso());
        }
        space.vdsoIs(ranges);
        if (homes.isEmpty()) {
            a.label("drop the vdso, which " + task + " does not have");
            a.call(Syscall.MUNMAP, imm(parking), imm(bytes()));
            return;
        }
        if (homes.size() != parts.size()) {
            throw otherKernel(task, homes);
        }
        long from = parking;
        for (int i = 0; i < parts.size(); i++) {
            VmaEntry home = homes.get(i);
            long bytes = parts.get(i).range().bytes();
            if (VmaKind.of(home) != parts.get(i).kind() || Vmas.bytes(home) != bytes) {
                throw otherKernel(task, homes);
            }
            move(a, "move " + parts.get(i).kind() + " to its place in " + task, from, bytes, home.getStart());
            from += bytes;
        }
    }

    private static void move(Assembler a, String what, long from, long bytes, long to) {
        a.label(what);
        a.callExpect(
                Syscall.MREMAP,
                to,
                imm(from),
                imm(bytes),
                imm(bytes),
                imm(Abi.MREMAP_MAYMOVE | Abi.MREMAP_FIXED),
                imm(to));
    }

    private RestoreException otherKernel(TaskSnapshot task, List<VmaEntry> homes) {
        return new RestoreException("the vdso of " + task + " is laid out as "
                + homes.stream().map(Vmas::describe).toList()
                + ", this kernel's as " + parts
                + "; the program has addresses inside it, so both hosts must run the same kernel");
    }
}
