package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Mark;
import io.godwit.linux.machine.Operand;
import io.godwit.target.plan.MappedSpace.Piece;
import io.godwit.target.plan.MappedSpace.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the mappings of a task at their final addresses, and drops those that it has and shall not have. What will be filled from
 * images is mapped writable for now; {@link ProtectionPlanner} gives it its protection afterwards.
 */
final class MappingPlanner {
    private static final int NO_FILE = -1;
    private static final int KEPT_FLAGS = Abi.MAP_SHARED | Abi.MAP_PRIVATE | Abi.MAP_GROWSDOWN | Abi.MAP_NORESERVE;

    private final TaskSnapshot task;
    private final AgentFiles agent;
    private final TaskDescriptors descriptors;
    private final MappedSpace space;
    private final PageCoverage pages;
    private final Map<Source, Integer> agentFds = new LinkedHashMap<>();
    private final List<Piece> wanted;

    MappingPlanner(
            TaskSnapshot task, AgentFiles agent, TaskDescriptors descriptors, MappedSpace space, PageCoverage pages) {
        this.task = task;
        this.agent = agent;
        this.descriptors = descriptors;
        this.space = space;
        this.pages = pages;
        this.wanted = wanted();
    }

    /** Whether all is mapped as it shall be, and nothing else. */
    boolean isDone() {
        return space.holdsJust(wanted);
    }

    /** Drops what the task has and shall not have. */
    void dropSurplus(ProgramSequence sequence) {
        for (AddressRange range : space.surplus(wanted)) {
            Assembler a = sequence.assembler();
            a.label("drop the mapping " + range + " of " + task);
            a.call(Syscall.MUNMAP, imm(range.start()), imm(range.bytes()));
            space.unmap(range);
        }
    }

    /** Maps what the task shall have and has not. */
    void mapMissing(ProgramSequence sequence) {
        Map<Integer, List<Piece>> byDescriptor = new LinkedHashMap<>();
        for (Piece piece : space.missing(wanted)) {
            if (space.isGrownStack(piece)) {
                growDown(piece, sequence.assembler());
            } else {
                byDescriptor
                        .computeIfAbsent(agentFds.get(piece.source()), fd -> new ArrayList<>())
                        .add(piece);
            }
            space.map(piece);
        }
        byDescriptor.forEach((agentFd, pieces) -> map(agentFd, pieces, sequence));
    }

    /**
     * Reads at the stack's new end, so that the kernel lets it grow: a new mapping next to one that was forked stays one of its own, and a program that asks
     * for the size of its stack takes that for its end. Where the kernel does not, as for the limit of the agent's own stack, it is mapped after all.
     */
    private void growDown(Piece piece, Assembler a) {
        Operand end = imm(piece.range().start());
        a.label("let the stack of " + task + " grow down to " + piece.range());
        Mark grown = a.mark();
        a.jumpIfNotEqual(a.callAny(Syscall.ACCESS, end, imm(0)), imm(-Errno.EFAULT.value()), grown);
        map(a, piece, NO_FILE);
        a.place(grown);
        a.label("give back the page at the end of the stack of " + task);
        a.call(Syscall.MADVISE, end, imm(Abi.PAGE_SIZE), imm(Abi.MADV_DONTNEED));
    }

    private List<Piece> wanted() {
        List<Piece> pieces = new ArrayList<>();
        for (VmaEntry vma : task.vmas()) {
            switch (VmaKind.of(vma)) {
                case ANON_PRIVATE -> pieces.add(piece(vma, NO_FILE));
                case ANON_SHARED -> pieces.add(piece(vma, agent.sharedMemory(vma.getShmid())));
                case FILE_PRIVATE, FILE_SHARED, MEMFD ->
                    pieces.add(piece(vma, agent.file(Math.toIntExact(vma.getShmid()))));
                default -> {}
            }
        }
        return pieces;
    }

    private Piece piece(VmaEntry vma, int agentFd) {
        boolean anonymous = agentFd == NO_FILE;
        int flags = vma.getFlags() & KEPT_FLAGS | (anonymous ? Abi.MAP_ANONYMOUS : 0);
        Source source = new Source(
                flags, anonymous ? "" : agent.identity(agentFd), anonymous ? 0 : vma.getPgoff() - vma.getStart());
        agentFds.put(source, agentFd);
        return new Piece(Vmas.range(vma), pages.firstProtection(vma), source);
    }

    private void map(int agentFd, List<Piece> pieces, ProgramSequence sequence) {
        Assembler a = sequence.assembler();
        if (agentFd == NO_FILE) {
            pieces.forEach(piece -> map(sequence.assembler(), piece, NO_FILE));
            return;
        }
        a.label("take the file behind " + pieces.get(0).range() + " of " + task);
        int number = descriptors.take(a, agentFd);
        for (Piece piece : pieces) {
            map(a, piece, number);
        }
        descriptors.close(a, number);
    }

    private void map(Assembler a, Piece piece, int fd) {
        long start = piece.range().start();
        a.label("map " + piece.range()
                + (fd == NO_FILE ? "" : " (" + piece.source().backing() + ")") + " of " + task);
        a.callExpect(
                Syscall.MMAP,
                start,
                imm(start),
                imm(piece.range().bytes()),
                imm(piece.protection()),
                imm(piece.source().flags() | Abi.MAP_FIXED_NOREPLACE),
                imm(fd),
                imm(fd == NO_FILE ? 0 : piece.source().base() + start));
    }
}
