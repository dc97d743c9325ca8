package io.godwit.cli.image;

import io.godwit.image.show.JsonText;
import io.godwit.image.verify.DirectoryVerifier;
import io.godwit.image.verify.Finding;
import io.godwit.source.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit image verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        header = "Find all that is damaged, missing or does not fit together in a directory of images.",
        description = "One line a finding: the file, and what is wrong with it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the images are good", "1:they are not", "2:an argument can not be used"})
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The directory of a dump.")
    private Path directory;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Output.requireDirectory(spec, directory);
        List<Finding> findings = DirectoryVerifier.verify(directory);
        Output.write(spec, out -> {
            if (json) {
                JsonText.write(out, findings.stream().map(Finding::fields).toList());
                out.append("\n");
                return;
            }
            for (Finding finding : findings) {
                out.append(finding.toString()).append("\n");
            }
        });
        return findings.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
