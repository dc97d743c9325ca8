package io.godwit.source.collect;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.proc.Vma;
import io.godwit.linux.terminal.PseudoTerminal;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.options.FileOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shape of a tree that runs: its processes, and those of their mappings that can be made at the target before the
 * freeze. What it says may be out of date at once; the next round says it again, and the freeze says it for good.
 */
public final class ShapeCollector {
    private static final int TASK_ALIVE = 1;

    private final FileTable files =
            new FileTable(FileOptions.ofMigration(), false, (file, open) -> {}, Surroundings.own(List.of()));
    private final List<PstreeEntry> tree = new ArrayList<>();
    private final List<TtyInfoEntry> terminals = new ArrayList<>();
    private final Map<String, byte[]> images = new LinkedHashMap<>();
    private final Map<Integer, MmEntry> spaces = new HashMap<>();
    private final Map<Integer, CoreEntry.Builder> cores = new LinkedHashMap<>();
    private final Map<Integer, VmaFlags> known;
    private int threads;

    /** @param known the flags of mappings that were read before, by pid; those that are read are put there */
    public ShapeCollector(Map<Integer, VmaFlags> known) {
        this.known = known;
    }

    /**
     * Adds a process.
     *
     * @param parent as it was when the process was looked for, and so known to the memory's tracker
     * @param session the same
     * @param terminal the device of its controlling terminal, the same
     * @return its mappings that the target will make, ascending
     */
    public List<Vma> add(int pid, int parent, int session, int terminal) throws IOException {
        ProcDirectory proc = ProcDirectory.process(pid);
        ProcStat stat = proc.stat();
        VmaFlags flags = VmaFlags.readUnlessKnown(pid, known.get(pid));
        known.put(pid, flags);
        AddressSpace space = new AddressSpace(pid, files);
        MmEntry.Builder mm = MmEntry.newBuilder().setMmBrk(0);
        space.fields(mm, stat);
        List<Vma> mappings = new ArrayList<>();
        for (Vma vma : flags.maps()) {
            if (early(vma) && add(vma, space, flags, mm)) {
                mappings.add(vma);
            }
        }
        threads += stat.threads();
        tree.add(PstreeEntry.newBuilder()
                .setPid(pid)
                .setPpid(tree.isEmpty() ? 0 : parent)
                .setPgid(stat.processGroup())
                .setSid(session)
                .addThreads(pid)
                .build());
        if (session == pid) {
            PseudoTerminal.slaveIndex(terminal)
                    .ifPresent(index -> terminals.add(TerminalEntries.controlling(index, pid)));
        }
        spaces.put(pid, mm.build());
        image(ImageKind.MM.fileName(pid), ImageKind.MM, List.of(spaces.get(pid)));
        cores.put(pid, core(stat));
        return mappings;
    }

    private static boolean early(Vma vma) {
        return switch (VmaKind.of(vma)) {
            case ANON_PRIVATE, HEAP, STACK, VDSO, VVAR, ANON_SHARED, MEMFD -> true;
            case FILE_PRIVATE, FILE_SHARED -> !vma.deleted();
            default -> false;
        };
    }

    /** Nothing is added when the mapping is gone already. */
    private static boolean add(Vma vma, AddressSpace space, VmaFlags flags, MmEntry.Builder mm) throws IOException {
        try {
            mm.addVmas(space.mapping(vma, flags.of(vma)));
            return true;
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            return false;
        }
    }

    private static CoreEntry.Builder core(ProcStat stat) {
        return CoreEntry.newBuilder()
                .setMtype(CoreEntry.March.X86_64)
                .setTc(TaskCoreEntry.newBuilder()
                        .setTaskState(TASK_ALIVE)
                        .setExitCode(0)
                        .setPersonality(0)
                        .setFlags(0)
                        .setBlkSigset(0)
                        .setComm(stat.comm()));
    }

    private void image(String name, ImageKind kind, List<? extends Message> entries) throws IOException {
        images.put(name, ImageEncoder.encode(kind, entries));
    }

    /** The shared memory that the processes have mapped. */
    public List<SharedMemory.Segment> sharedMemory() {
        return files.sharedMemory().segments();
    }

    /** The processes that were added. */
    public Set<Integer> pids() {
        return spaces.keySet();
    }

    /** How many threads they have. */
    public int threads() {
        return threads;
    }

    /** The mappings of a process that was added, as the target will make them. */
    public MmEntry space(int pid) {
        return spaces.get(pid);
    }

    /** Writes the images of all processes that were added. */
    public void write(SnapshotSink sink, TreeCgroups cgroups) throws IOException {
        // version 0 marks a snapshot that can not be restored from
        image(
                ImageKind.INVENTORY.fileName(),
                ImageKind.INVENTORY,
                List.of(InventoryEntry.newBuilder()
                        .setImgVersion(0)
                        .setRootCgSet(TreeCgroups.OWN)
                        .build()));
        if (cgroups.image().isPresent()) {
            image(
                    ImageKind.CGROUP.fileName(),
                    ImageKind.CGROUP,
                    List.of(cgroups.image().get()));
        }
        for (Map.Entry<Integer, CoreEntry.Builder> core : cores.entrySet()) {
            int pid = core.getKey();
            core.getValue().getTcBuilder().setCgSet(cgroups.of(pid, pid));
            image(
                    ImageKind.CORE.fileName(pid),
                    ImageKind.CORE,
                    List.of(core.getValue().build()));
        }
        image(ImageKind.PSTREE.fileName(), ImageKind.PSTREE, tree);
        if (!terminals.isEmpty()) {
            image(ImageKind.TTY_INFO.fileName(), ImageKind.TTY_INFO, terminals);
        }
        for (Map.Entry<String, byte[]> image : images.entrySet()) {
            sink.image(image.getKey(), image.getValue());
        }
        files.write(sink);
    }
}
