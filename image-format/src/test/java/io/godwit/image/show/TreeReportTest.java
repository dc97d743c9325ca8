package io.godwit.image.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.verify.GoodDump;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeReportTest {
    @TempDir
    private Path base;

    @Test
    void processesAreATree() throws IOException {
        assertThat(text(new ProcessReport()).lines().skip(1))
                .containsExactly(
                        "     42       0      42      42       2  worker",
                        "     43      42      42      42       1    gone (dead)");
    }

    @Test
    void filesHaveTheirPathsOrWhatTheyAre() throws IOException {
        assertThat(text(new DescriptorReport()).lines())
                .containsExactly(
                        "42",
                        "       0  reg        /bin/worker",
                        "       1  pipe       pipe[99]",
                        "     cwd  reg        /",
                        "    root  reg        /",
                        "43");
    }

    @Test
    void mappingsHaveTheNamesOfTheirFiles() throws IOException {
        assertThat(text(new MappingReport()).lines())
                .containsExactly(
                        "42  /bin/worker",
                        "          1000-3000         rw-p        0",
                        "          3000-5000         rw-p        0  /bin/worker");
    }

    @Test
    void allAreObjectsForPrograms() throws IOException {
        Path dump = GoodDump.write(base);
        StringBuilder out = new StringBuilder();
        JsonText.write(out, new ProcessReport().read(dump).get(0));
        JsonText.write(out, new DescriptorReport().read(dump).get(1));
        assertThat(out)
                .hasToString("{\"pid\": 42, \"ppid\": 0, \"pgid\": 42, \"sid\": 42, \"threads\": [42, 44], "
                        + "\"comm\": \"worker\", \"state\": \"alive\"}{\"pid\": 43, \"files\": []}");
    }

    private String text(TreeReport report) throws IOException {
        StringBuilder out = new StringBuilder();
        report.text(report.read(GoodDump.write(base)), out);
        return out.toString();
    }
}
