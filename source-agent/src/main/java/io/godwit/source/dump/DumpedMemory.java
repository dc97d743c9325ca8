package io.godwit.source.dump;

import io.godwit.linux.proc.ProcMaps;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaFlags;
import io.godwit.source.collect.VmaKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The memory of a process that is dumped.
 *
 * @param number that the process has in the images
 * @param maps its mappings, ascending
 * @param mayBeHuge those of which it is told what they have in huge pages
 * @param onDemand what may be restored on demand
 */
public record DumpedMemory(
        int pid, int number, List<Vma> maps, List<Vma> mayBeHuge, Sharing sharing, OnDemand onDemand) {
    /** That of a process in a migration. */
    public static DumpedMemory of(int pid, List<Vma> maps, Sharing sharing) {
        return new DumpedMemory(pid, pid, maps, List.of(), sharing, OnDemand.NONE);
    }

    /** That of a process by itself, for images. */
    static DumpedMemory ofImages(int pid, int number, List<Vma> maps, OnDemand onDemand) {
        return new DumpedMemory(pid, number, maps, List.of(), Sharing.ALONE, onDemand);
    }

    /**
     * The same, of which it is told where it is in huge pages: of mappings that are new, as the target makes huge pages of memory that it
     * fills for the first time. Another that begins or ends where one was is that one.
     *
     * @param flags of the mappings
     * @param before the mappings that the process had when that was told last
     */
    public DumpedMemory withHugePages(VmaFlags flags, List<Vma> before) {
        Set<Long> bounds = new HashSet<>();
        before.forEach(vma -> bounds.addAll(List.of(vma.start(), vma.end())));
        List<Vma> huge = maps.stream()
                .filter(vma -> VmaKind.of(vma).anonymousPrivate()
                        && flags.of(vma).contains(ProcMaps.MAY_BE_HUGE)
                        && !(bounds.contains(vma.start()) || bounds.contains(vma.end())))
                .toList();
        return new DumpedMemory(pid, number, maps, huge, sharing, onDemand);
    }
}
