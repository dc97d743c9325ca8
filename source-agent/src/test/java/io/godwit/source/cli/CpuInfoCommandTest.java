package io.godwit.source.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.CpuinfoEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CpuInfoCommandTest {
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    void whatIsDumpedHerePassesHere() {
        assertThat(run("dump", "-D", directory.toString())).isZero();
        assertThat(run("check", "-D", directory.toString())).isZero();
        assertThat(run("check", "-D", directory.toString(), "--cpu-cap")).isZero();
        assertThat(err).hasToString("");
    }

    @Test
    void aProcessorWithMoreInstructionsFailsTheCheckByDefault() throws IOException {
        run("dump", "-D", directory.toString());
        CpuinfoEntry.Builder entry =
                ImageReader.open(directory, ImageKind.CPUINFO).one(CpuinfoEntry.parser()).toBuilder();
        int xopLwpFma4Tbm = 1 << 11 | 1 << 15 | 1 << 16 | 1 << 21;
        int word = entry.getX86Entry(0).getCapability(6);
        entry.getX86EntryBuilder(0).setCapability(6, word | xopLwpFma4Tbm);
        Files.write(directory.resolve("cpuinfo.img"), ImageEncoder.encode(ImageKind.CPUINFO, List.of(entry.build())));

        assertThat(run("check", "-D", directory.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).startsWith("godwit: the processor lacks the instructions ");
        assertThat(run("check", "-D", directory.toString(), "--cpu-cap=fpu")).isZero();
        assertThat(run("check", "-D", directory.toString(), "--cpu-cap=none")).isZero();
        assertThat(run("check", "-D", directory.toString(), "--cpu-cap=cpu")).isEqualTo(ExitCode.FAILED);
        assertThat(run("check", "-D", directory.toString(), "--cpu-cap=^cpu,^ins"))
                .isZero();
    }

    @Test
    void exitCodesAreThoseOfCriu() {
        assertThat(run("dump", "-D", directory.resolve("no").toString())).isEqualTo(255);
        assertThat(run("check", "-D", directory.resolve("no").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("show")).isEqualTo(ExitCode.USAGE);
        assertThat(run("check", "--cpu-cap=gpu")).isEqualTo(ExitCode.USAGE);
    }

    private int run(String... arguments) {
        return new CommandLine(new CpuInfoCommand())
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(new ShortErrors())
                .execute(arguments);
    }
}
