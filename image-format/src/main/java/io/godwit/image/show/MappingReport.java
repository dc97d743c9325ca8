package io.godwit.image.show;

import io.godwit.image.Images;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.image.tree.TreeImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The mappings of each process, with the names of their files. */
public final class MappingReport implements TreeReport {
    private static final String MAPPINGS = "mappings";
    private static final int MAP_SHARED = 1;

    @Override
    public List<Map<String, Object>> read(Path directory) throws IOException {
        TreeImages images = new TreeImages(Images.in(directory));
        FileNames names = FileNames.of(Images.in(directory));
        List<Map<String, Object>> processes = new ArrayList<>();
        for (PstreeEntry process : images.processes()) {
            if (images.hasMemory(process.getPid())) {
                MmEntry memory = images.memory(process.getPid());
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("pid", process.getPid());
                fields.put("exe", names.name(memory.getExeFileId()));
                List<Map<String, Object>> mappings = new ArrayList<>();
                memory.getVmasList().forEach(vma -> mappings.add(mapping(vma, names)));
                fields.put(MAPPINGS, mappings);
                processes.add(fields);
            }
        }
        return processes;
    }

    private static Map<String, Object> mapping(VmaEntry vma, FileNames names) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        mapping.put("start", Long.toHexString(vma.getStart()));
        mapping.put("end", Long.toHexString(vma.getEnd()));
        mapping.put("prot", protection(vma));
        mapping.put("offset", vma.getPgoff());
        mapping.put("status", FlagNames.flags("mmap.status", vma.getStatus() & 0xffff_ffffL));
        mapping.put("name", name(vma, names));
        return mapping;
    }

    /** As in /proc/PID/maps. */
    private static String protection(VmaEntry vma) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            text.append((vma.getProt() & 1 << i) == 0 ? '-' : "rwx".charAt(i));
        }
        return text.append((vma.getFlags() & MAP_SHARED) == 0 ? 'p' : 's').toString();
    }

    private static String name(VmaEntry vma, FileNames names) {
        if (VmaStatus.file(vma)) {
            return names.name((int) vma.getShmid());
        }
        if (VmaStatus.has(vma, VmaStatus.SYSV)) {
            return "SysV shm " + vma.getShmid();
        }
        if (VmaStatus.has(vma, VmaStatus.ANON_SHARED)) {
            return "shmem " + vma.getShmid();
        }
        return VmaStatus.special(vma);
    }

    @Override
    public void text(List<Map<String, Object>> processes, Appendable out) throws IOException {
        for (Map<String, Object> process : processes) {
            String exe = PlainText.printable(process.get("exe").toString());
            out.append(process.get("pid").toString()).append("  ").append(exe).append('\n');
            for (Map<String, Object> mapping : TreeReport.rows(process, MAPPINGS)) {
                String row = String.format(
                        Locale.ROOT,
                        "  %12s-%-12s %s %8x  %s",
                        mapping.get("start"),
                        mapping.get("end"),
                        mapping.get("prot"),
                        (Long) mapping.get("offset"),
                        PlainText.printable(mapping.get("name").toString()));
                out.append(row.stripTrailing()).append('\n');
            }
        }
    }
}
