package io.godwit.cli.image;

import io.godwit.image.show.ImageInfo;
import io.godwit.image.show.JsonText;
import io.godwit.source.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit image info}. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        header = "Tell the kind of an image file, its magic number and its count of entries.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:told", "1:the file is damaged or no image", "2:an argument can not be used"})
final class InfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "An image file.")
    private Path path;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Output.requireFile(spec, path);
        Map<String, Object> info = ImageInfo.of(path);
        Output.write(spec, out -> {
            if (json) {
                JsonText.write(out, info);
                out.append("\n");
                return;
            }
            for (Map.Entry<String, Object> field : info.entrySet()) {
                out.append(field.getKey())
                        .append(": ")
                        .append(field.getValue().toString())
                        .append("\n");
            }
        });
        return ExitCode.DONE;
    }
}
