package io.godwit.target.restore;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.pages.PageIndex;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Program;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.target.plan.Abi;
import io.godwit.target.plan.AddressPlanner;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.Advice;
import io.godwit.target.plan.MappedSpace;
import io.godwit.target.plan.MappedSpace.Piece;
import io.godwit.target.plan.ProtectionPlanner;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The memory of a task that grows: what is mapped in it, and where its own pages are. Threads that fill it may ask for both, the tracer alone changes it. */
final class GrownMemory {
    private static final int PROT_WRITE = 2;
    private static final int PROT_READ_WRITE = 3;
    private static final int RANGES_PER_PROGRAM = 1000;

    private final MappedSpace space;
    private final HugeRanges huge;

    private RangeSet filled;
    /** Open while the task's first pages come: it has no child yet, as those are forked when their parent's pages are there. */
    private UserFaultFd fresh;

    private boolean begun;
    private boolean each;

    /** @param hugeAlways whether this host gives huge pages to all programs */
    GrownMemory(boolean hugeAlways) {
        this(new MappedSpace(), new RangeSet(), new HugeRanges(hugeAlways));
    }

    private GrownMemory(MappedSpace space, RangeSet filled, HugeRanges huge) {
        this.space = space;
        this.filled = filled;
        this.huge = huge;
        this.each = huge.always();
    }

    /** The memory of a child: a copy of its parent's. */
    GrownMemory forked() {
        return new GrownMemory(space.copy(), filled.copy(), huge.forked());
    }

    /** Whether the vdso is not in its place yet. */
    boolean vdsoIsParked() {
        return space.vdsoIsParked();
    }

    /** Readies for the pages of a round. A task's first ones are given to it. */
    void expect(GrownTask task) {
        if (!begun) {
            begun = true;
            fresh = FreshPages.of(task, space.anonymous());
        }
    }

    /** The same, and even single pages are given: one that is written may come with all others of a huge one. */
    void expectEach(GrownTask task) {
        each = true;
        expect(task);
    }

    /** Whether even single pages are given. */
    boolean givesEach() {
        return each;
    }

    /** What gives the task pages that it does not have; empty if they have to be written. */
    Optional<UserFaultFd.PageGiver> giver() {
        return Optional.ofNullable(fresh).map(UserFaultFd::giver);
    }

    /** From now on pages are written. */
    void expectNoMore() {
        if (fresh != null) {
            fresh.close();
            fresh = null;
        }
    }

    /** The parts of a range that come in huge pages, which a giver does not make; ascending. */
    synchronized List<AddressRange> hugeWithin(long start, long end) {
        return huge.within(start, end);
    }

    /** Where this host may give huge pages to the task, ascending. */
    synchronized List<AddressRange> mayBeHuge() {
        return huge.possible(space.anonymous());
    }

    /**
     * Notes memory that is in huge pages at the source.
     *
     * @return whether the kernel has to be asked for them first
     */
    synchronized boolean addHuge(GrownTask task, long start, long end) throws RestoreException {
        pieces(task, start, end);
        huge.add(start, end);
        return !huge.toAdvise(start, end).isEmpty();
    }

    /**
     * What makes the mappings as a snapshot has them; the programs must be run.
     *
     * @param pages what images will fill in, ascending
     */
    List<Program> map(AddressPlanner planner, TaskSnapshot task, List<PageIndex.Extent> pages) throws RestoreException {
        synchronized (this) {
            huge.asked(task.inHugePages(), task.inSmallPages());
        }
        MappedSpace before = space.copy();
        List<Program> programs = planner.map(task, space, pages);
        if (programs.isEmpty()) {
            return programs;
        }
        for (AddressRange dropped : before.lostIn(space)) {
            filled.remove(dropped.start(), dropped.end());
            huge.unmapped(dropped);
        }
        return programs;
    }

    /**
     * Makes the memory ready to be filled from images, where it may hold the parent's pages.
     *
     * @param own the task's pages, ascending
     * @param parents the parent's
     * @return the pages that are not there yet
     */
    List<PageIndex.Extent> takeFrom(
            GrownTask task, List<PageIndex.Extent> own, PageComparison comparison, List<PageIndex.Extent> parents)
            throws IOException {
        List<PageIndex.Extent> missing = comparison.differing(own, parents, filled);
        for (PageIndex.Extent extent : missing) {
            makeWritable(task, extent.vaddr(), extent.end());
        }
        RangeSet present = new RangeSet();
        own.forEach(extent -> present.add(extent.vaddr(), extent.end()));
        keepOnly(task, present, List.of());
        return missing;
    }

    /** What gives the mappings their final protection. */
    List<Program> protections(TaskSnapshot task) {
        return new ProtectionPlanner(task, space, huge.advised()).plan();
    }

    /** The pieces of mappings over a range, without a gap. */
    synchronized List<Piece> pieces(GrownTask task, long start, long end) throws RestoreException {
        List<Piece> pieces = space.over(start, end);
        long at = start;
        for (Piece piece : pieces) {
            if (piece.range().start() > at) {
                break;
            }
            at = piece.range().end();
        }
        if (at < end) {
            throw new RestoreException("there is a page for address 0x" + Long.toHexString(at) + " of pid " + task.pid()
                    + ", where nothing is mapped");
        }
        return pieces;
    }

    private void makeWritable(GrownTask task, long start, long end) throws IOException {
        for (Piece piece : space.over(start, end)) {
            if ((piece.protection() & PROT_WRITE) == 0) {
                makeWritable(task, piece);
            }
        }
    }

    /** Lets a mapping be written to until it gets its final protection. */
    void makeWritable(GrownTask task, Piece piece) throws IOException {
        int protection = piece.protection() | PROT_READ_WRITE;
        Assembler a = new Assembler();
        a.label("make " + piece.range() + " of pid " + task.pid() + " writable to fill it");
        a.call(Syscall.MPROTECT, imm(piece.range().start()), imm(piece.range().bytes()), imm(protection));
        task.run(a.build());
        synchronized (this) {
            space.protect(piece.range(), protection);
        }
    }

    /** Has the kernel give huge pages in a range, as far as the task's program asked for them. */
    void adviseHuge(GrownTask task, long start, long end) throws IOException {
        Assembler a = new Assembler();
        synchronized (this) {
            for (AddressRange range : huge.toAdvise(start, end)) {
                huge.advise(range);
                a.label("ask for huge pages in " + range + " of pid " + task.pid());
                Advice.giveIfKnown(a, range, Abi.MADV_HUGEPAGE);
            }
        }
        Program program = a.build();
        if (!program.isEmpty()) {
            task.run(program);
        }
    }

    /** Whether all of a range's pages are there: they came in an earlier round, or with the fork from the parent. */
    boolean isFilled(long start, long end) {
        return filled.contains(start, end);
    }

    /** The parts of a range whose pages are there. */
    List<AddressRange> filledWithin(long start, long end) {
        return filled.within(start, end);
    }

    /**
     * Ends a round: pages that are the task's own are from now on these alone, all others are dropped.
     *
     * @param emptied those of them that have only zeros now and had something else
     */
    void keepOnly(GrownTask task, RangeSet present, List<AddressRange> emptied) throws IOException {
        expectNoMore();
        List<AddressRange> stale = new ArrayList<>(filled.minus(present));
        stale.addAll(emptied);
        filled = present;
        for (int i = 0; i < stale.size(); i += RANGES_PER_PROGRAM) {
            Assembler a = new Assembler();
            for (AddressRange range :
                    new ArrayList<>(stale.subList(i, Math.min(stale.size(), i + RANGES_PER_PROGRAM)))) {
                a.label("drop the pages " + range + " of pid " + task.pid());
                a.call(Syscall.MADVISE, imm(range.start()), imm(range.bytes()), imm(Abi.MADV_DONTNEED));
            }
            task.run(a.build());
        }
    }
}
