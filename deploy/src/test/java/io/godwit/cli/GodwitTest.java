package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class GodwitTest {
    private final StringWriter err = new StringWriter();

    @Test
    void aFailureIsOneLineAndExitCodeOne() {
        int code = run("sink", "--how", "io");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("godwit: the ship has a hole at frame 7");
    }

    @Test
    void aFailureShowsItsStackToThoseWhoAskForIt() {
        run("sink", "--how", "io", "-vvv");

        assertThat(err.toString()).contains("godwit: the ship has a hole at frame 7", "\tat io.godwit.cli");
    }

    @Test
    void aDefectIsCalledADefect() {
        int code = run("sink", "--how", "bug");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("IllegalStateException: upside down", "defect", "GODWIT_DEBUG=1");
    }

    @Test
    void aWrongOptionIsExitCodeTwoAndPointsToTheHelp() {
        int code = run("sink", "--hwo", "io");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("Unknown option", "Try 'godwit sink --help'");
    }

    @Test
    void noCommandIsExitCodeTwo() {
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void everyCommandTellsItsPurposeAndItsExitCodes() {
        CommandLine godwit = Godwit.commandLine(Commands.all());

        godwit.getSubcommands().forEach((name, command) -> {
            var usage = command.getCommandSpec().usageMessage();
            assertThat(usage.header()).as("header of %s", name).isNotEmpty();
            if (!command.getCommandSpec().helpCommand()) {
                assertThat(usage.exitCodeList()).as("exit codes of %s", name).containsKeys("0", "1", "2");
            }
        });
    }

    @Test
    void aCommandThatIsCalledIsMadeAlone() {
        CommandLine godwit = Godwit.commandLine(Commands.all());

        godwit.getSubcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().helpCommand()) {
                CommandLine alone = Godwit.commandLine(Commands.calledBy(new String[] {name, "--help"}));
                assertThat(alone.getSubcommands()).containsOnlyKeys("help", name);
                assertThat(alone.getSubcommands().get(name).getUsageMessage()).isEqualTo(command.getUsageMessage());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "help", "help migrate", "--help", "mirgate 12"})
    void whereNoneIsCalledAllAreThere(String line) {
        assertThat(Commands.calledBy(line.isEmpty() ? new String[0] : line.split(" ")))
                .hasSameSizeAs(Commands.all());
    }

    @Test
    void everyCommandGetsAManualPageAndCompletion(@TempDir Path directory) throws IOException {
        Documents.write(directory, Godwit.commandLine(List.of(new Sink())));

        assertThat(directory.resolve("man/man1/godwit-sink.1"))
                .content()
                .contains(".SH NAME\ngodwit\\-sink \\- Go down.", "\\fB\\-\\-how\\fR \\fIWAY\\fR\nThe way down.")
                .contains(".SH EXIT STATUS\n.TP\n0\nafloat");
        assertThat(Files.readString(directory.resolve("completion/godwit.bash")))
                .contains("--how", "sink");
    }

    private int run(String... arguments) {
        CommandLine godwit = Godwit.commandLine(List.of(new Sink()));
        return godwit.setErr(new PrintWriter(err, true)).execute(arguments);
    }

    @Command(
            name = "sink",
            mixinStandardHelpOptions = true,
            header = "Go down.",
            exitCodeList = {"0:afloat"})
    private static final class Sink implements Callable<Integer> {
        @Option(names = "--how", paramLabel = "WAY", description = "The way down.")
        private String how;

        @Option(names = "-v", description = "Say more.")
        private boolean[] verbose = {};

        @Override
        public Integer call() throws IOException {
            if (how.equals("io")) {
                throw new IOException("the ship has a hole at frame 7");
            }
            throw new IllegalStateException("upside down after " + verbose.length);
        }
    }
}
