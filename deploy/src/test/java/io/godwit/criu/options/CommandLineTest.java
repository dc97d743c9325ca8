package io.godwit.criu.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.cpu.CpuMode;
import io.godwit.source.options.DumpOptions.After;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    @TempDir
    private Path home;

    @Test
    void optionsAreInAnyPlaceInAnyForm() {
        CommandLine line = parse("-D", "images", "dump", "-t42", "--work-dir=work", "-Rj", "--log-file", "dump.log");

        assertThat(line.command()).contains(CriuCommand.DUMP);
        CriuOptions options = line.options();
        assertThat(options.directories().images()).isEqualTo(Path.of("images"));
        assertThat(options.directories().work()).isEqualTo(Path.of("work"));
        assertThat(options.tree().pid()).hasValue(42);
        assertThat(options.tree().after()).isEqualTo(After.LEAVE_RUNNING);
        assertThat(options.tree().shellJob()).isTrue();
        assertThat(options.logging().file()).contains("dump.log");
    }

    @Test
    void theDefaultsAreThoseOfCriu() {
        CriuOptions options = parse("dump").options();

        assertThat(options.directories())
                .isEqualTo(new Directories(Path.of("."), Path.of("."), Optional.empty(), Optional.empty()));
        assertThat(options.logging().level()).isEqualTo(2);
        assertThat(options.tree().after()).isEqualTo(After.KILL);
        assertThat(options.tree().timeout()).hasSeconds(10);
        assertThat(options.processor().modes()).containsExactlyInAnyOrder(CpuMode.FPU, CpuMode.INS);
        assertThat(options.processor().image()).isFalse();
        assertThat(options.given()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "-v0, 0",
        "-v4, 4",
        "--verbosity=1, 1",
        "-v, 3",
        "-vv, 4",
        "-v -v, 4",
        "-vvv, 4",
        "-v1 -v, 2",
        "-v4 -v1, 1",
        "-v9, 4",
        "--verbosity, 3",
        "--verb=3, 3"
    })
    void aNumberSetsTheLevelAndAnyOtherAddsOne(String words, int level) {
        assertThat(parse(("dump " + words).split(" ")).options().logging().level())
                .isEqualTo(level);
    }

    @Test
    void namesMayBeShortenedAsLongAsTheyAreClear() {
        assertThat(parse("dump", "--leave-r").options().tree().after()).isEqualTo(After.LEAVE_RUNNING);
        assertThat(parse("dump", "--tls").options().server().tls().on()).isTrue();
        assertThatThrownBy(() -> parse("dump", "--leave"))
                .isInstanceOf(OptionException.class)
                .hasMessage("--leave can be any of --leave-running, --leave-stopped: write more of it");
    }

    @Test
    void theLastOneWins() {
        assertThat(parse("dump", "-R", "-s").options().tree().after()).isEqualTo(After.LEAVE_STOPPED);
        assertThat(parse("dump", "-s", "-R").options().tree().after()).isEqualTo(After.LEAVE_RUNNING);
        assertThat(parse("dump", "-j", "--no-shell-job").options().tree().shellJob())
                .isFalse();
        assertThat(parse("dump", "--no-shell-job", "-j").options().tree().shellJob())
                .isTrue();
        assertThat(parse("dump", "-D", "a", "-D", "b").options().directories().images())
                .isEqualTo(Path.of("b"));
        assertThat(parse("restore", "-d", "--no-daemon").options().tree().detached())
                .isFalse();
    }

    @Test
    void anOptionalValueIsAttached() {
        CriuOptions options = parse("cpuinfo", "--cpu-cap", "dump").options();
        assertThat(options.processor().modes()).containsExactlyInAnyOrder(CpuMode.values());
        assertThat(options.processor().image()).isTrue();

        assertThat(parse("cpuinfo", "dump", "--cpu-cap=ins")
                        .options()
                        .processor()
                        .modes())
                .containsExactly(CpuMode.INS);
        assertThat(parse("cpuinfo", "dump", "-x1,2").options().has(CriuOption.EXT_UNIX_SK))
                .isTrue();
    }

    @Test
    void theLastScriptRunsFirst() {
        assertThat(parse("dump", "--action-script", "a", "--action-script", "b")
                        .options()
                        .scripts())
                .containsExactly("b", "a");
    }

    @Test
    void whatFollowsTwoDashesIsTheCommandToBecome() {
        CommandLine line = parse("restore", "--exec-cmd", "-D", "x", "--", "sleep", "-v", "7");

        assertThat(line.options().tree().command()).containsExactly("sleep", "-v", "7");
        assertThatThrownBy(() -> parse("restore", "--exec-cmd")).hasMessageContaining("--exec-cmd needs a command");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            dump now             | 'now' is too much after dump
            stir                 | there is no command 'stir'
            -v4                  | a command is missing
            cpuinfo              | cpuinfo needs dump
            swrk                 | swrk needs FD after it
            dump --namespaces    | there is no option --namespaces
            dump -n              | there is no option -n
            dump -Rq             | there is no option -q
            dump --tree          | --tree needs a value
            dump -t              | -t needs a value
            dump -j=1            | there is no option -=
            dump --shell-job=1   | --shell-job takes no value
            dump --no-shell-job=1| --shell-job takes no value
            dump --no-tree       | there is no option --no-tree
            dump -t x            | --tree: 'x' is not a number of at least 1
            dump -t 0            | --tree: '0' is not a number of at least 1
            dump -vx             | --verbosity: 'x' is not a number
            page-server --port 0 | --port: '0' is not a number between 1 and 65535
            dump --ghost-limit 1X| --ghost-limit: '1X' is not a size
            dump --cpu-cap=gpu   | --cpu-cap: 'gpu' is none of
            pre-dump --pre-dump-mode slow | --pre-dump-mode: 'slow' is none of splice, read
            """)
    void whatCanNotBeReadIsNamed(String words, String message) {
        assertThatThrownBy(() -> parse(words.split(" ")))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"512, 512", "10K, 10240", "16m, 16777216", "2G, 2147483648"})
    void sizesHaveSuffixes(String text, long bytes) {
        assertThat(parse("dump", "--ghost-limit", text).options().files().ghostLimit())
                .contains(bytes);
    }

    @Test
    void configFilesLieBelowTheLineAndAmongEachOther() throws IOException {
        Path user = Files.createDirectories(home.resolve(".criu")).resolve("default.conf");
        Files.writeString(user, "images-dir user\nlog-file user.log\nwork-dir user\n");
        Path named = Files.writeString(home.resolve("named.conf"), "images-dir named\nlog-file named.log\n");
        Path given = Files.writeString(home.resolve("given.conf"), "images-dir given\n");
        Map<String, String> environment = Map.of("HOME", home.toString(), "CRIU_CONFIG_FILE", named.toString());

        CriuOptions all =
                CommandLine.parse(List.of("dump", "-D", "line"), environment).options();
        assertThat(all.directories().images()).isEqualTo(Path.of("line"));
        assertThat(all.logging().file()).contains("named.log");
        assertThat(all.directories().work()).isEqualTo(Path.of("user"));

        CriuOptions withFile = CommandLine.parse(List.of("dump", "--config", given.toString()), environment)
                .options();
        assertThat(withFile.directories())
                .extracting(Directories::images, Directories::work)
                .containsExactly(Path.of("given"), Path.of("given"));

        CriuOptions withoutDefault = CommandLine.parse(List.of("dump", "--no-default-config"), environment)
                .options();
        assertThat(withoutDefault.directories().work()).isEqualTo(Path.of("named"));
    }

    @Test
    void helpAndVersionNeedNoCommand() {
        assertThat(parse("-h").help()).isTrue();
        assertThat(parse("--version").version()).isTrue();
        assertThat(parse("dump", "-h").command()).contains(CriuCommand.DUMP);
    }

    private CommandLine parse(String... words) {
        return CommandLine.parse(List.of(words), Map.of("HOME", home.toString()));
    }
}
