package io.godwit.source.track;

import io.godwit.image.proto.MmEntry;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Knows which processes the target forks from their parents' copies. It does so once for each, in the first round that names it,
 * right before the process's own pages come; a pid that was named before may stand for a copy that is there already.
 */
public final class Forks {
    private final Set<Integer> named = new HashSet<>();
    private final Set<Integer> fresh = new HashSet<>();
    private final ForkedPages.Scratch scratch = new ForkedPages.Scratch();
    private Set<Integer> present = Set.of();
    private IntFunction<MmEntry> spaces;

    /**
     * Begins a round that grows in place; of its processes parents are dumped before their children.
     *
     * @param spaces the mappings of a process, as the target was told
     */
    public void begin(Set<Integer> pids, IntFunction<MmEntry> spaces) {
        this.spaces = spaces;
        present = Set.copyOf(pids);
        fresh.clear();
        fresh.addAll(pids);
        fresh.removeAll(named);
        named.addAll(pids);
    }

    /**
     * What a process has from its parent.
     *
     * @param still both stand still, in the last round
     */
    public Inheritance inheritance(int pid, int parent, boolean still) throws IOException {
        if (!fresh.contains(pid) || !present.contains(parent)) {
            return Inheritance.NONE;
        }
        return ForkedPages.between(parent, spaces.apply(parent), pid, spaces.apply(pid), still, scratch);
    }
}
