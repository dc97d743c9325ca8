package io.godwit.target.plan;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.VmaEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * One task of a snapshot.
 *
 * @param cores of all threads by tid, the leader's first
 * @param mm the address space; the default instance for a zombie
 * @param fs cwd, root and umask; the default instance for a zombie
 * @param descriptors the descriptor table, ascending by number
 */
public record TaskSnapshot(
        PstreeEntry entry, Map<Integer, CoreEntry> cores, MmEntry mm, FsEntry fs, List<FdinfoEntry> descriptors) {
    private static final int STATE_DEAD = 2;
    private static final int STATE_STOPPED = 3;
    private static final int STATE_ZOMBIE = 6;

    public int pid() {
        return entry.getPid();
    }

    public int ppid() {
        return entry.getPpid();
    }

    public int pgid() {
        return entry.getPgid();
    }

    public int sid() {
        return entry.getSid();
    }

    /** The leader's core. */
    public CoreEntry core() {
        return cores.get(pid());
    }

    /** The threads besides the leader. */
    public List<Integer> otherThreads() {
        return entry.getThreadsList().stream().filter(tid -> tid != pid()).toList();
    }

    /** Whether the task had ended and waited for its parent. */
    public boolean zombie() {
        int state = core().getTc().getTaskState();
        return state == STATE_DEAD || state == STATE_ZOMBIE;
    }

    /** Whether a stop signal had stopped the task. */
    public boolean stopped() {
        return core().getTc().getTaskState() == STATE_STOPPED;
    }

    public boolean leadsSession() {
        return sid() == pid();
    }

    public boolean leadsGroup() {
        return pgid() == pid();
    }

    /** The mappings that a restore makes; the vsyscall page belongs to the kernel. */
    public List<VmaEntry> vmas() {
        List<VmaEntry> own = new ArrayList<>(mm.getVmasList());
        own.removeIf(VmaKind::isVsyscall);
        return Collections.unmodifiableList(own);
    }

    /** The mappings for which its program asked for huge pages. */
    public List<AddressRange> inHugePages() {
        return advised(Abi.MADV_HUGEPAGE);
    }

    /** The mappings for which its program asked that they have none. */
    public List<AddressRange> inSmallPages() {
        return advised(Abi.MADV_NOHUGEPAGE);
    }

    private List<AddressRange> advised(int advice) {
        return vmas().stream()
                .filter(vma -> (vma.getMadv() & 1L << advice) != 0)
                .map(Vmas::range)
                .toList();
    }

    /** How the task is called in messages. */
    @Override
    public String toString() {
        return "pid " + pid() + " (" + core().getTc().getComm() + ")";
    }
}
