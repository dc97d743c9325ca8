package io.godwit.target.plan;

import io.godwit.image.pages.PageIndex;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Program;
import java.util.List;

/** Plans how a task's address space becomes what a snapshot says: what goes, what is mapped, and what images fill in. */
public final class AddressPlanner {
    private final AgentFiles agent;
    private final ParkedVdso vdso;

    public AddressPlanner(AgentFiles agent, ParkedVdso vdso) {
        this.agent = agent;
        this.vdso = vdso;
    }

    /**
     * Plans the mappings of one task.
     *
     * @param space what is mapped; afterwards what will be when the programs have run
     * @param pages what is to be read from pages files later, ascending
     * @return none if all is as it shall be
     */
    public List<Program> map(TaskSnapshot task, MappedSpace space, List<PageIndex.Extent> pages)
            throws RestoreException {
        TaskDescriptors descriptors = new TaskDescriptors(agent, -1);
        MappingPlanner mappings = new MappingPlanner(task, agent, descriptors, space, new PageCoverage(pages));
        if (mappings.isDone() && ParkedVdso.isHome(task, space)) {
            return List.of();
        }
        ProgramSequence sequence = new ProgramSequence();
        Assembler first = sequence.assembler();
        descriptors.open(first);
        int opening = first.length();
        mappings.dropSurplus(sequence);
        vdso.moveHome(task, space, sequence);
        mappings.mapMissing(sequence);
        if (sequence.assembler() == first && first.length() == opening) {
            return List.of();
        }
        descriptors.finish(sequence.assembler());
        return sequence.programs();
    }
}
