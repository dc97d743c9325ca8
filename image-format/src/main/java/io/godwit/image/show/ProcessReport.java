package io.godwit.image.show;

import io.godwit.image.Images;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.tree.TreeImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The processes as a tree, with their threads. */
public final class ProcessReport implements TreeReport {
    private static final String ROW = "%7s %7s %7s %7s %7s  %s%n";

    @Override
    public List<Map<String, Object>> read(Path directory) throws IOException {
        TreeImages images = new TreeImages(Images.in(directory));
        List<Map<String, Object>> processes = new ArrayList<>();
        for (PstreeEntry process : images.processes()) {
            TaskCoreEntry core = images.core(process.getPid()).getTc();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("pid", process.getPid());
            fields.put("ppid", process.getPpid());
            fields.put("pgid", process.getPgid());
            fields.put("sid", process.getSid());
            fields.put("threads", process.getThreadsList());
            fields.put("comm", core.getComm());
            fields.put(
                    "state", FlagNames.name("task_state", core.getTaskState()).toLowerCase(Locale.ROOT));
            processes.add(fields);
        }
        return processes;
    }

    @Override
    public void text(List<Map<String, Object>> processes, Appendable out) throws IOException {
        out.append(row("PID", "PPID", "PGID", "SID", "THREADS", "COMMAND"));
        Map<Object, String> indents = new HashMap<>();
        for (Map<String, Object> process : processes) {
            String above = indents.get(process.get("ppid"));
            String indent = above == null ? "" : above + "  ";
            indents.put(process.get("pid"), indent);
            String state = process.get("state").equals("alive") ? "" : " (" + process.get("state") + ")";
            int threads = ((List<?>) process.get("threads")).size();
            String command = indent + PlainText.printable(process.get("comm").toString()) + state;
            out.append(row(
                    process.get("pid"),
                    process.get("ppid"),
                    process.get("pgid"),
                    process.get("sid"),
                    threads,
                    command));
        }
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, ROW, cells);
    }
}
