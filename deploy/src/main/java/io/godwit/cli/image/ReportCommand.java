package io.godwit.cli.image;

import io.godwit.image.show.JsonText;
import io.godwit.image.show.TreeReport;
import io.godwit.source.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit image ps}, {@code fds} and {@code mems}: alike but for what they report. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "1:an image is missing or damaged", "2:an argument can not be used"})
final class ReportCommand implements Callable<Integer> {
    private final TreeReport report;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The directory of a dump.")
    private Path directory;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    ReportCommand(TreeReport report) {
        this.report = report;
    }

    @Override
    public Integer call() throws IOException {
        Output.requireDirectory(spec, directory);
        List<Map<String, Object>> processes = report.read(directory);
        Output.write(spec, out -> {
            if (json) {
                JsonText.write(out, processes);
                out.append("\n");
            } else {
                report.text(processes, out);
            }
        });
        return ExitCode.DONE;
    }
}
