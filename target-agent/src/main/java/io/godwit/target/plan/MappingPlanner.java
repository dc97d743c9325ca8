package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the mappings of a task at their final addresses. What will be filled is mapped writable for now; {@link ProtectionPlanner}
 * gives it its protection afterwards.
 */
final class MappingPlanner {
    private static final int KEPT_FLAGS = Abi.MAP_SHARED | Abi.MAP_PRIVATE | Abi.MAP_GROWSDOWN | Abi.MAP_NORESERVE;

    private final TaskSnapshot task;
    private final AgentFiles agent;
    private final TaskDescriptors descriptors;
    private final ParkedVdso vdso;
    private final PageCoverage pages;

    MappingPlanner(
            TaskSnapshot task, AgentFiles agent, TaskDescriptors descriptors, ParkedVdso vdso, PageCoverage pages) {
        this.task = task;
        this.agent = agent;
        this.descriptors = descriptors;
        this.vdso = vdso;
        this.pages = pages;
    }

    void plan(ProgramSequence sequence) throws RestoreException {
        vdso.moveHome(task, sequence);
        Map<Integer, List<VmaEntry>> byDescriptor = new LinkedHashMap<>();
        for (VmaEntry vma : task.vmas()) {
            switch (VmaKind.of(vma)) {
                case ANON_PRIVATE -> anonymous(vma, sequence.assembler());
                case ANON_SHARED -> collect(byDescriptor, agent.sharedMemory(vma.getShmid()), vma);
                case FILE_PRIVATE, FILE_SHARED, MEMFD ->
                    collect(byDescriptor, agent.file(Math.toIntExact(vma.getShmid())), vma);
                default -> {}
            }
        }
        byDescriptor.forEach((agentFd, vmas) -> backed(agentFd, vmas, sequence));
    }

    private static void collect(Map<Integer, List<VmaEntry>> byDescriptor, int agentFd, VmaEntry vma) {
        byDescriptor.computeIfAbsent(agentFd, fd -> new ArrayList<>()).add(vma);
    }

    private void backed(int agentFd, List<VmaEntry> vmas, ProgramSequence sequence) {
        Assembler a = sequence.assembler();
        a.label("take the file behind " + Vmas.describe(vmas.get(0)) + " of " + task);
        int number = descriptors.take(a, agentFd);
        for (VmaEntry vma : vmas) {
            map(a, vma, 0, number, vma.getPgoff());
        }
        descriptors.close(a, number);
    }

    private void anonymous(VmaEntry vma, Assembler a) {
        map(a, vma, Abi.MAP_ANONYMOUS, -1, 0);
    }

    private void map(Assembler a, VmaEntry vma, int moreFlags, int fd, long offset) {
        int flags = vma.getFlags() & KEPT_FLAGS | moreFlags | Abi.MAP_FIXED_NOREPLACE;
        a.label("map " + Vmas.describe(vma) + " of " + task);
        a.callExpect(
                Syscall.MMAP,
                vma.getStart(),
                imm(vma.getStart()),
                imm(Vmas.bytes(vma)),
                imm(pages.firstProtection(vma)),
                imm(flags),
                imm(fd),
                imm(offset));
    }
}
