package io.godwit.criu.log;

import io.godwit.criu.options.CriuVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The first lines of a log: what was run, and on what. */
final class Preamble {
    private static final Path KERNEL = Path.of("/proc/sys/kernel");

    private Preamble() {}

    static List<String> lines() {
        return List.of(
                "Version: " + CriuVersion.RELEASE + " (gitid " + CriuVersion.gitId() + ")",
                "Running on " + kernel("hostname") + " " + kernel("ostype") + " " + kernel("osrelease") + " "
                        + kernel("version") + " " + machine());
    }

    /** As uname(2) has it. */
    private static String machine() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static String kernel(String field) {
        try {
            return Files.readString(KERNEL.resolve(field)).strip();
        } catch (IOException e) {
            return "?";
        }
    }
}
