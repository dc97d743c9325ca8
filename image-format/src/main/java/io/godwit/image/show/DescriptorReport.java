package io.godwit.image.show;

import io.godwit.image.Images;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.tree.TreeImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The open files of each process, its directory and its root. */
public final class DescriptorReport implements TreeReport {
    private static final String FILES = "files";

    @Override
    public List<Map<String, Object>> read(Path directory) throws IOException {
        TreeImages images = new TreeImages(Images.in(directory));
        FileNames names = FileNames.of(Images.in(directory));
        List<Map<String, Object>> processes = new ArrayList<>();
        for (PstreeEntry process : images.processes()) {
            List<Map<String, Object>> files = new ArrayList<>();
            if (images.hasMemory(process.getPid())) {
                for (FdinfoEntry descriptor : images.descriptors(process.getPid())) {
                    files.add(file(Integer.toUnsignedString(descriptor.getFd()), descriptor.getId(), names));
                }
                FsEntry fs = images.fs(process.getPid());
                files.add(file("cwd", fs.getCwdId(), names));
                files.add(file("root", fs.getRootId(), names));
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("pid", process.getPid());
            fields.put(FILES, files);
            processes.add(fields);
        }
        return processes;
    }

    private static Map<String, Object> file(String descriptor, int id, FileNames names) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("fd", descriptor);
        file.put("type", names.type(id));
        file.put("name", names.name(id));
        return file;
    }

    @Override
    public void text(List<Map<String, Object>> processes, Appendable out) throws IOException {
        for (Map<String, Object> process : processes) {
            out.append(process.get("pid").toString()).append('\n');
            for (Map<String, Object> file : TreeReport.rows(process, FILES)) {
                String name = PlainText.printable(file.get("name").toString());
                out.append(String.format(Locale.ROOT, "%8s  %-9s  %s%n", file.get("fd"), file.get("type"), name));
            }
        }
    }
}
