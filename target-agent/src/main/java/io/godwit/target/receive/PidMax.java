package io.godwit.target.receive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's limit of pids. */
final class PidMax {
    private static final Path FILE = Path.of("/proc/sys/kernel/pid_max");
    private static final int MAX_BYTES = 32;

    private PidMax() {}

    /** Pids are below this number. A sysctl gives all in one read, and nothing in a second. */
    static int read() throws IOException {
        byte[] text = new byte[MAX_BYTES];
        try (InputStream in = Files.newInputStream(FILE)) {
            int length = in.read(text);
            return Integer.parseInt(new String(text, 0, Math.max(0, length), StandardCharsets.US_ASCII).strip());
        }
    }
}
