package io.godwit.target.receive;

import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** There must be room for the tree's memory. */
final class MemoryCheck implements Check {
    private static final String AVAILABLE = "MemAvailable:";
    private static final long KIB = 1024;

    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        long free = freeBytes();
        if (request.getMemoryBytes() > free) {
            findings.error(
                    "memory",
                    "the tree has " + mib(request.getMemoryBytes()) + " MiB, and " + mib(free) + " MiB are free",
                    "free memory here, or move a smaller tree");
        }
    }

    /** What the kernel thinks that it can give to a program without swapping. */
    static long freeBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith(AVAILABLE)) {
                return KIB * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return Long.MAX_VALUE;
    }

    private static long mib(long bytes) {
        return bytes >> 20;
    }
}
