package io.godwit.source.collect;

import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/** The mm image of a process: the fields of its mm and all of its mappings. */
final class AddressSpace {
    private static final int MAP_SHARED = 0x01;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_GROWSDOWN = 0x100;
    private static final int MAP_LOCKED = 0x2000;
    private static final int MAP_NORESERVE = 0x4000;

    private final int pid;
    private final FileTable files;

    AddressSpace(int pid, FileTable files) {
        this.pid = pid;
        this.files = files;
    }

    /** All but what only the process itself knows. */
    MmEntry.Builder entry(MmEntry.Builder mm, ProcStat stat, List<Vma> maps, VmaFlags flags) throws IOException {
        fields(mm, stat);
        for (Vma vma : maps) {
            mm.addVmas(mapping(vma, flags.of(vma)));
        }
        return mm;
    }

    /** All but brk, which only the process itself knows, and the mappings. */
    void fields(MmEntry.Builder mm, ProcStat stat) throws IOException {
        mm.setMmStartCode(stat.startCode())
                .setMmEndCode(stat.endCode())
                .setMmStartData(stat.startData())
                .setMmEndData(stat.endData())
                .setMmStartStack(stat.startStack())
                .setMmStartBrk(stat.startBrk())
                .setMmArgStart(stat.argStart())
                .setMmArgEnd(stat.argEnd())
                .setMmEnvStart(stat.envStart())
                .setMmEnvEnd(stat.envEnd())
                .setExeFileId(files.executable(pid));
        ByteBuffer auxv =
                ByteBuffer.wrap(ProcDirectory.process(pid).bytes("auxv")).order(ByteOrder.LITTLE_ENDIAN);
        while (auxv.remaining() >= Long.BYTES) {
            mm.addMmSavedAuxv(auxv.getLong());
        }
    }

    VmaEntry mapping(Vma vma, Set<String> letters) throws IOException {
        VmaKind kind = VmaKind.of(vma);
        int flags = vma.shared() ? MAP_SHARED : MAP_PRIVATE;
        long shmid = 0;
        switch (kind) {
            case FILE_PRIVATE, FILE_SHARED -> shmid = files.mapped(pid, vma);
            case MEMFD, MEMFD_PRIVATE -> shmid = files.mappedMemfd(pid, vma);
            case ANON_SHARED -> {
                shmid = files.sharedAnonymous(pid, vma);
                flags |= MAP_ANONYMOUS;
            }
            default -> flags |= MAP_ANONYMOUS;
        }
        flags |= letters.contains("gd") ? MAP_GROWSDOWN : 0;
        flags |= letters.contains("lo") ? MAP_LOCKED : 0;
        flags |= letters.contains("nr") ? MAP_NORESERVE : 0;
        VmaEntry.Builder entry = VmaEntry.newBuilder()
                .setStart(vma.start())
                .setEnd(vma.end())
                .setPgoff(kind.offsetCounts() ? vma.offset() : 0)
                .setShmid(shmid)
                .setProt(vma.protection())
                .setFlags(flags)
                .setStatus(kind.status())
                .setFd(-1);
        long advice = VmaFlags.advice(letters);
        if (advice != 0) {
            entry.setMadv(advice);
        }
        return entry.build();
    }
}
