package io.godwit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

class LoggedCommandTest {
    private final List<String> got = new ArrayList<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void generalOptionsAreTakenOutAndTheRestIsLeft() {
        assertThat(run("exec", "-v4", "-o", "log", "-t", "7", "-D", directory.toString(), "write", "-o", "-v4"))
                .isZero();
        assertThat(got).containsExactly("7", "write", "-o", "-v4");
    }

    @Test
    void theLogIsOpenedWithItsLevelAndHasTheErrors() throws IOException {
        assertThat(run("exec", "-W", directory.toString(), "--log-file=log", "-vv", "-t", "7", "fail"))
                .isEqualTo(1);
        assertThat(err.toString(UTF_8)).isEqualTo("godwit: it went wrong\n");
        assertThat(Files.readString(directory.resolve("log")))
                .matches("(?s)\\(.*Version: .*Error \\(.+\\): it went wrong\n.*exec gave exit code 1\n");
    }

    @Test
    void aConfigFileHasThemToo() throws IOException {
        Path config = Files.writeString(
                directory.resolve("conf"), "log-file from-the-file\nwork-dir " + directory + "\nverbosity 3\n");
        assertThat(run("exec", "--config", config.toString(), "-t", "7", "getpid"))
                .isZero();
        assertThat(directory.resolve("from-the-file")).content().contains("exec gave exit code 0");
    }

    @Test
    void aValueThatCanNotBeUsedIsToldAndNothingIsRun() {
        assertThat(run("exec", "-v", "--verbosity=much", "-t", "7", "getpid")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("--verbosity: 'much' is not a number", "Try 'godwit exec --help'");
        assertThat(got).isEmpty();
    }

    @Test
    void aLogThatCanNotBeWrittenIsToldAndNothingIsRun() {
        assertThat(run("exec", "-o", directory + "/no/such/log", "-t", "7", "getpid"))
                .isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("the log can not be written");
        assertThat(got).isEmpty();
    }

    private int run(String... arguments) {
        CommandLine godwit = Godwit.commandLine(List.of(new Exec()));
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
        return new LoggedCommand(godwit, Map.of(), out, new PrintStream(err, true, UTF_8)).run(List.of(arguments));
    }

    @Command(name = "exec")
    private final class Exec implements Callable<Integer> {
        private CommandSpec spec;

        @Option(names = "-t")
        private String pid;

        @Parameters(arity = "0..*")
        private List<String> words = new ArrayList<>();

        /** As with the real one. */
        @Spec
        void setSpec(CommandSpec command) {
            spec = command;
            spec.parser().unmatchedOptionsArePositionalParams(true);
        }

        @Override
        public Integer call() {
            got.add(pid);
            got.addAll(words);
            if (words.contains("fail")) {
                PrintWriter stream = spec.commandLine().getErr();
                stream.println("godwit: it went wrong");
                return 1;
            }
            return 0;
        }
    }
}
