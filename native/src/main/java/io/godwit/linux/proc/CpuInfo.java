package io.godwit.linux.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What /proc/cpuinfo tells of the first processor (proc_cpuinfo(5)).
 *
 * @param identity maker, family and model
 * @param flags the names of what it can do, as far as the kernel lets programs use it
 */
public record CpuInfo(String identity, Set<String> flags) {
    public CpuInfo {
        flags = Set.copyOf(flags);
    }

    public static CpuInfo read() throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/cpuinfo")));
    }

    static CpuInfo parse(List<String> lines) {
        Map<String, String> first = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                first.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        Set<String> flags =
                new TreeSet<>(List.of(first.getOrDefault("flags", "").split(" +")));
        flags.remove("");
        return new CpuInfo(
                first.getOrDefault("vendor_id", "?") + " family " + first.getOrDefault("cpu family", "?") + " model "
                        + first.getOrDefault("model", "?"),
                flags);
    }
}
