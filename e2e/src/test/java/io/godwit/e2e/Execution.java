package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that has ended: what it wrote to both streams, in order, and its exit code. */
record Execution(List<String> command, int code, String output) {
    /** Runs a command to its end; it is killed when that takes longer than the limit. */
    static Execution of(Duration limit, List<String> command) throws IOException {
        Path output = Files.createTempFile("godwit-e2e", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String text = Files.readString(output, UTF_8);
            return new Execution(command, process.exitValue(), ended ? text : text + "[killed after " + limit + "]");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command, e);
        } finally {
            Files.delete(output);
        }
    }

    /** Itself, or an error with all that the command said. */
    Execution succeeded() {
        if (code != 0) {
            throw new AssertionError("exit code " + code + " of " + String.join(" ", command) + "\n" + output);
        }
        return this;
    }
}
