package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job is dumped on one terminal and goes on on another. */
class ShellJobIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path images;

    @Test
    void aJobGetsTheTerminalOfTheRestore() throws IOException {
        try (Victim victim = Victim.of("terminal")) {
            Path pidfile = victim.directory().resolve("pid");
            Process shell = onTerminal(
                    images.resolve("first"),
                    String.join(" ", victim.command()) + " <&1 & echo $! >" + pidfile + "; wait");
            victim.awaitReady();
            int pid = Integer.parseInt(Files.readString(pidfile).strip());

            assertThat(run("dump", "-t", "" + pid, "-D", images.toString()).output())
                    .contains("--shell-job");
            run("dump", "-t", "" + pid, "-D", images.toString(), "--shell-job").succeeded();
            assertThat(Eventually.holds(LIMIT, () -> !shell.isAlive())).isTrue();
            assertThat(run("restore", "-d", "-D", images.toString(), "--shell-job")
                            .output())
                    .contains("start it from a terminal");

            Path log = images.resolve("second");
            Process restored = onTerminal(log, GODWIT + " restore --shell-job -D " + images);
            assertThat(Eventually.holds(LIMIT, () -> runs(pid)))
                    .as("the job runs; %s", Files.readString(log))
                    .isTrue();
            try (OutputStream keyboard = restored.getOutputStream()) {
                keyboard.write("typed!\n".getBytes(UTF_8));
                keyboard.flush();
                assertThat(victim.verdict()).isEqualTo("pass");
            }
            assertThat(Eventually.holds(LIMIT, () -> !restored.isAlive())).isTrue();
            assertThat(Files.readString(log)).contains("written by the restored job");
        }
    }

    /** It is there, and its tracer has let it go. */
    private static boolean runs(int pid) {
        try {
            return ProcDirectory.process(pid).status().tracer() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Execution run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(GODWIT));
        command.addAll(List.of(arguments));
        return Execution.of(LIMIT, command);
    }

    /** Runs a shell command in a session with a terminal of its own. */
    private static Process onTerminal(Path log, String command) throws IOException {
        return new ProcessBuilder("script", "-qfc", command, log.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
