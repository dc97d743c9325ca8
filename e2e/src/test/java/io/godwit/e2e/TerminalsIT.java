package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Terminals that a tree has made for itself move with it. */
class TerminalsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SOCKET = "/run/tmux.socket";

    @TempDir
    private Path directory;

    @RegisterExtension
    private final TwoHosts hosts = new TwoHosts();

    @Test
    void aTerminalWhoseNumberIsTakenGetsAnother() throws IOException {
        hosts.target().start(directory.resolve("script"), "script", "-qfc", "sleep 1000", "/dev/null");
        assertThat(Eventually.holds(LIMIT, () -> exists(hosts.target(), "/dev/pts/0")))
                .isTrue();
        try (Victim victim = Victim.of("pty")) {
            int pid = hosts.source().spawn(victim.directory(), victim.command());
            victim.awaitReady();

            Execution migration = hosts.migrate(pid).succeeded();

            assertThat(migration.output()).contains("/dev/pts/0 is /dev/pts/");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void tmuxGoesOnWithItsShell() throws IOException {
        NamespaceHost source = hosts.source();
        tmux(source, "-f", "/dev/null", "new-session", "-d", "-x", "90", "-y", "30", "bash --norc");
        type(source, "cd " + directory + "; before=41; stty size >before; touch typed");
        assertThat(Eventually.holds(LIMIT, () -> Files.exists(directory.resolve("typed"))))
                .isTrue();
        int pid =
                Integer.parseInt(tmux(source, "display-message", "-p", "#{pid}").strip());

        hosts.migrate(pid).succeeded();

        type(hosts.target(), "tty >name; stty size >size; sleep 1000 & jobs >jobs; echo $((before + 1)) >sum");
        Path sum = directory.resolve("sum");
        assertThat(Eventually.holds(LIMIT, () -> read(sum).equals("42\n")))
                .as("what the shell says: %s", tmux(hosts.target(), "capture-pane", "-p"))
                .isTrue();
        assertThat(read(directory.resolve("name"))).startsWith("/dev/pts/");
        assertThat(read(directory.resolve("size"))).isEqualTo(read(directory.resolve("before")));
        assertThat(read(directory.resolve("jobs"))).contains("Running");
        assertThat(tmux(hosts.target(), "capture-pane", "-p")).contains("before=41");
    }

    private static String tmux(NamespaceHost host, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 3];
        command[0] = "tmux";
        command[1] = "-S";
        command[2] = SOCKET;
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        return host.exec(command).succeeded().output();
    }

    private static void type(NamespaceHost host, String line) throws IOException {
        tmux(host, "send-keys", "-t", "0", line, "Enter");
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean exists(NamespaceHost host, String path) {
        try {
            return host.exec("test", "-e", path).code() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
