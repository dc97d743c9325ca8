package io.godwit.e2e.fuzz;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** A process that inputs may name, and that may come to harm by it; no other may. */
final class Expendable implements AutoCloseable {
    private static final Path NOWHERE = Path.of("/dev/null");

    private Process process;

    /** Its pid; there is a new one after the old one has come to its end. */
    int pid() throws IOException {
        if (process == null || !process.isAlive()) {
            process = new ProcessBuilder("setsid", "sleep", "7200")
                    .redirectInput(NOWHERE.toFile())
                    .redirectOutput(NOWHERE.toFile())
                    .redirectError(Redirect.DISCARD)
                    .start();
        }
        return (int) process.pid();
    }

    /** Ends it, in whatever state it is. */
    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
