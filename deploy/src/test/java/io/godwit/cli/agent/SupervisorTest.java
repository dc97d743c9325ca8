package io.godwit.cli.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The processes are shells that count themselves by lines of a file. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SupervisorTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... command) throws InterruptedException {
        return new Supervisor(List.of(command), new PrintWriter(out), new PrintWriter(err), () -> {}).run();
    }

    @Test
    void endsIfTheFirstIsNeverReady() throws Exception {
        assertThat(run("sh", "-c", "exit 1")).isEqualTo(1);

        assertThat(err.toString()).isEqualTo("godwit: the first process that was to be ready has ended with 1\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void endsIfTheFirstCanNotBeStarted() throws Exception {
        assertThat(run(directory.resolve("nothing").toString())).isEqualTo(1);

        assertThat(err.toString()).contains("the first process that was to be ready could not be started: ");
    }

    @Test
    void startsAnotherAfterOneThatWasReady() throws Exception {
        Path count = directory.resolve("count");
        Path last = directory.resolve("last");
        String script =
                "echo >>" + count + "; n=$(wc -l <" + count + "); echo ready on x; case $n in 1) exit 0;; 2) exit 130;;"
                        + " 3) exit 1;; 4) kill -KILL $$;; *) echo $$ >" + last + "; exec sleep 1000;; esac";
        Thread supervisor = new Thread(() -> {
            try {
                run("sh", "-c", script);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        supervisor.start();
        while (!lines(last).endsWith("\n")) {
            Thread.onSpinWait();
        }
        supervisor.interrupt();
        ProcessHandle.of(Long.parseLong(lines(last).strip())).orElseThrow().destroyForcibly();
        supervisor.join();

        assertThat(err.toString())
                .startsWith(
                        "godwit: the process that was to be ready has ended with 1; the next one is started in 1 s\n"
                                + "godwit: the process that was to be ready has ended with 137; the next one is started in 1 s\n");
        assertThat(out.toString()).isEqualTo("ready on x\n".repeat(5));
    }

    private static String lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
