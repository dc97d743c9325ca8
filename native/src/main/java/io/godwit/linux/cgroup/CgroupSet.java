package io.godwit.linux.cgroup;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cgroups of a task: one in each hierarchy.
 *
 * @param paths from the root of the hierarchy as this process sees it, by hierarchy: the controllers of version 1 joined by commas
 *     ({@code cpu,cpuacct}), {@code name=NAME} for one without controllers, and an empty text for version 2
 */
public record CgroupSet(SortedMap<String, String> paths) {
    /** The hierarchy of version 2. */
    public static final String UNIFIED = "";

    /** Before the name of a hierarchy of version 1 without controllers. */
    static final String NAMED = "name=";

    private static final int FIELDS = 3;

    /** Those of a process or of one of its threads. */
    public static CgroupSet of(ProcDirectory task) throws IOException {
        return parse(task.lines("cgroup"));
    }

    /** Those of this process. */
    public static CgroupSet ofThisProcess() throws IOException {
        return of(ProcDirectory.own());
    }

    /** The lines of /proc/PID/cgroup: {@code ID:CONTROLLERS:PATH}. */
    public static CgroupSet parse(List<String> lines) {
        SortedMap<String, String> paths = new TreeMap<>();
        for (String line : lines) {
            String[] fields = line.split(":", FIELDS);
            if (fields.length == FIELDS) {
                paths.put(fields[1], fields[2]);
            }
        }
        return new CgroupSet(paths);
    }
}
