package io.godwit.cli.image;

import io.godwit.image.show.ImageShow;
import io.godwit.source.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit image show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        header = "Show every entry of an image file, or of all in a directory.",
        description = {
            "As text with names for flags and numbers, or as JSON in the form of CRIU's tool, values as in the file.",
            "Raw bytes after an entry are given by their length and their first bytes in hexadecimal."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:a file is damaged or can not be read", "2:an argument can not be used"})
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR|FILE", description = "An image file, or a directory of them.")
    private Path path;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Output.requireExists(spec, path);
        Output.write(spec, out -> {
            if (json) {
                ImageShow.json(path, out);
            } else {
                ImageShow.text(path, out);
            }
        });
        return ExitCode.DONE;
    }
}
