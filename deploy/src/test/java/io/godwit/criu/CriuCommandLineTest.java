package io.godwit.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.CpuinfoEntry;
import io.godwit.linux.Descriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CriuCommandLineTest {
    @TempDir
    private Path directory;

    @Test
    void theVersionIsInTheFormOfCriu() {
        CommandRun run = criu("--version");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Version: 4.2\nGitID: godwit-");
    }

    @Test
    void helpTellsWhatIsFollowedAndNotWhatIsRefused() {
        CommandRun run = godwit("dump", "--help");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Usage: godwit dump [OPTION...]", "-t, --tree=PID", "--[no-]shell-job", "Exit codes:", "255")
                .doesNotContain("--veth-pair");
        assertThat(criu("-h").out()).contains("criu COMMAND [OPTION...]", "--tree", "restore");
        assertThat(criu("check", "-h").out()).contains("mem_dirty_track");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dump --no-such-option", "dump", "dump -t 999999999", "restore -D /no/such/directory"})
    void whatCanNotBeUsedIsOneAsCriuAndTwoAsGodwit(String words) {
        String[] arguments = words.isEmpty() ? new String[0] : words.split(" ");

        assertThat(criu(arguments).code()).isEqualTo(1);
        assertThat(godwit(arguments).code()).isEqualTo(2);
        assertThat(godwit(arguments).err()).startsWith("godwit").doesNotContain("Exception", "defect");
    }

    @Test
    void anErrorIsToldOnceAndInTheFormOfTheName() {
        String missing = directory.resolve("no").toString();

        assertThat(godwit("restore", "-D", missing).err().lines())
                .containsExactly("godwit: '" + missing + "' is not a directory: make it first, or name another by -D");
        assertThat(criu("restore", "-D", missing).err().lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("Error \\(WorkDirectories.java:\\d+\\): '.+' is not a directory: .*");
    }

    @Test
    void withALogFileCriuIsSilentAndGodwitIsNot() throws IOException {
        String[] arguments = {"restore", "-D", directory.toString(), "-o", "restore.log", "-v4"};

        assertThat(criu(arguments)).isEqualTo(new CommandRun(1, "", ""));
        assertThat(directory.resolve("restore.log"))
                .content()
                .containsPattern("\\(00\\.\\d{6}\\) Error \\(.+\\.java:\\d+\\): .*inventory.img does not exist")
                .containsPattern("\\(00\\.\\d{6}\\) Error \\(.+\\.java:\\d+\\): Restoring FAILED\\.\n$");
        assertThat(godwit(arguments).err()).contains("inventory.img does not exist");
    }

    @Test
    void aLogThatCanNotBeWrittenIsNamedOnStandardError() {
        CommandRun run = criu("restore", "-D", directory.toString(), "-o", "no/such/restore.log");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("criu: the log can not be written: " + directory.resolve("no/such/restore.log")
                        + ": no such file or directory\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "show"})
    void whatIsGoneFromCriuIsExitCode255(String command) {
        CommandRun run = criu(command, "-t", "1", "getpid");

        assertThat(run.code()).isEqualTo(255);
        assertThat(run.err()).contains(command + " is gone from CRIU");
    }

    @Test
    void aDescriptorThatIsNotOpenCanNotBeClosed() {
        assertThat(criu("dump", "--close", "987654").err()).contains("987654 is not open");
    }

    @Test
    void aDescriptorIsClosedAtOnce() throws IOException {
        int descriptor = Descriptors.open("/dev/null", Descriptors.O_RDONLY, 0).release();

        criu("cpuinfo", "dump", "-D", directory.toString(), "--close", "" + descriptor);

        assertThat(Path.of("/proc/self/fd/" + descriptor))
                .satisfies(link -> assertThat(Files.isSymbolicLink(link)).isFalse());
    }

    @Test
    void whatIsDumpedOfThisProcessorPassesHere() {
        assertThat(criu("cpuinfo", "dump", "-D", directory.toString()).code()).isZero();
        assertThat(criu("cpuinfo", "check", "-D", directory.toString())).isEqualTo(new CommandRun(0, "", ""));
        assertThat(criu("cpuinfo", "check", "-D", directory.toString(), "--cpu-cap")
                        .code())
                .isZero();
    }

    @Test
    void aProcessorWithMoreInstructionsFailsTheCheckByDefault() throws IOException {
        String there = directory.toString();
        criu("cpuinfo", "dump", "-D", there);
        CpuinfoEntry.Builder entry =
                ImageReader.open(directory, ImageKind.CPUINFO).one(CpuinfoEntry.parser()).toBuilder();
        int xopLwpFma4Tbm = 1 << 11 | 1 << 15 | 1 << 16 | 1 << 21;
        int word = entry.getX86Entry(0).getCapability(6);
        entry.getX86EntryBuilder(0).setCapability(6, word | xopLwpFma4Tbm);
        Files.write(directory.resolve("cpuinfo.img"), ImageEncoder.encode(ImageKind.CPUINFO, List.of(entry.build())));

        CommandRun run = godwit("cpuinfo", "check", "-D", there);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("the processor lacks the instructions ");
        assertThat(criu("cpuinfo", "check", "-D", there, "--cpu-cap=fpu").code())
                .isZero();
        assertThat(criu("cpuinfo", "check", "-D", there, "--cpu-cap=none").code())
                .isZero();
        assertThat(criu("cpuinfo", "check", "-D", there, "--cpu-cap=cpu").code())
                .isEqualTo(1);
        assertThat(criu("cpuinfo", "check", "-D", there, "--cpu-cap=^cpu,^ins").code())
                .isZero();
    }

    @Test
    void exitCodesOfCpuInfoAreThoseOfCriu() {
        String missing = directory.resolve("no").toString();

        assertThat(criu("cpuinfo", "dump", "-D", missing).code()).isEqualTo(255);
        assertThat(criu("cpuinfo", "check", "-D", missing).code()).isEqualTo(1);
        assertThat(criu("cpuinfo", "show").code()).isEqualTo(1);
        assertThat(godwit("cpuinfo", "show").code()).isEqualTo(2);
        assertThat(godwit("cpuinfo", "check", "--cpu-cap=gpu").code()).isEqualTo(2);
    }

    private static CommandRun criu(String... arguments) {
        return CommandRun.of(Manner.CRIU, arguments);
    }

    private static CommandRun godwit(String... arguments) {
        return CommandRun.of(Manner.GODWIT, arguments);
    }
}
