package io.godwit.target.receive;

import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** This processor must have every feature that programs may have found at the source. */
final class CpuCheck implements Check {
    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        Set<String> missing = new TreeSet<>(request.getCpuFlagsList());
        missing.removeAll(flags());
        if (!missing.isEmpty()) {
            findings.error(
                    "processor",
                    "lacks " + String.join(" ", missing),
                    "move to a host whose processor has what the source's has");
        }
    }

    private static Set<String> flags() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("flags")) {
                return Set.copyOf(Arrays.asList(
                        line.substring(line.indexOf(':') + 1).strip().split(" +")));
            }
        }
        return Set.of();
    }
}
