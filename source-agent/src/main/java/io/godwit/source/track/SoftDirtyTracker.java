package io.godwit.source.track;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;

/**
 * Tracks by the soft-dirty bits of /proc/PID/pagemap, for kernels before 6.7 that were built with them
 * (Documentation/admin-guide/mm/soft-dirty.rst). They can only be cleared for a whole process, and a write
 * between the reading and the clearing would be lost, so the process stands still for both.
 */
public final class SoftDirtyTracker implements MemoryTracker {
    private static final byte[] CLEAR_SOFT_DIRTY = {'4'};

    private final int pid;
    private final PagemapFile pagemap;
    private final Lock ptrace;
    private final Map<Vma, List<PageRun>> found = new HashMap<>();

    SoftDirtyTracker(int pid, Lock ptrace) throws IOException {
        this.ptrace = ptrace;
        this.pid = pid;
        this.pagemap = PagemapFile.open(pid);
    }

    @Override
    @SuppressWarnings("try") // the stopped tree is only held
    public List<Vma> begin(List<Vma> maps, Pass pass) throws IOException {
        found.clear();
        if (pass.frozen()) {
            read(maps);
            if (pass.protects()) {
                clear();
            }
            return maps;
        }
        ptrace.lock();
        try (FrozenTree stopped = TreeFreezer.freeze(pid)) {
            // What is new since the maps were read loses its bits too, so it must be seen now.
            List<Vma> now = ProcDirectory.process(pid).maps();
            read(now);
            clear();
            return now;
        } finally {
            ptrace.unlock();
        }
    }

    private void clear() throws IOException {
        try (Fd clear = Descriptors.open("/proc/" + pid + "/clear_refs", Descriptors.O_WRONLY, 0)) {
            NativeMemory command = NativeMemory.of(CLEAR_SOFT_DIRTY);
            Descriptors.writeFully(clear, command.address(), CLEAR_SOFT_DIRTY.length);
            command.during(0);
        }
    }

    private void read(List<Vma> maps) throws IOException {
        for (Vma vma : maps) {
            VmaKind kind = VmaKind.of(vma);
            if (kind.privatePages()) {
                found.put(vma, pagemap.runs(vma, kind.fileUnderneath()));
            }
        }
    }

    @Override
    public void scan(Vma vma, VmaKind kind, Pass pass, Visitor visitor) throws IOException {
        for (PageRun run : found.getOrDefault(vma, List.of())) {
            visitor.pages(run.start(), run.end(), run.changed());
        }
    }

    @Override
    public long countWritten(Vma vma, VmaKind kind) {
        return NOT_COUNTED;
    }

    @Override
    public boolean current() throws IOException {
        return pagemap.inUse();
    }

    @Override
    public void close() {
        pagemap.close();
    }
}
