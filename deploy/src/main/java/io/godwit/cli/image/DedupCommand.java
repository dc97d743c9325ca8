package io.godwit.cli.image;

import io.godwit.image.pages.Deduplicator;
import io.godwit.source.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code godwit dedup}, with the option names of CRIU. */
@Command(
        name = "dedup",
        mixinStandardHelpOptions = true,
        header = "Free the disk blocks of pages that a newer dump of the same tree has replaced.",
        description = {
            "Run it on the directory of the newest dump of a chain: its parents get holes, and its own files stay as they are.",
            "The parents can no longer be restored from."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the blocks are free",
            "1:it failed, or the directory has no parent",
            "2:an option or argument can not be used"
        })
public final class DedupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-D", "--images-dir"},
            defaultValue = ".",
            paramLabel = "DIR",
            description = "The directory of the newest dump (default: the current directory).")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        Output.requireDirectory(spec, directory);
        try (DiskPuncher puncher = new DiskPuncher()) {
            new Deduplicator(puncher).dedup(directory);
            long freed = puncher.freedBytes();
            Output.write(
                    spec,
                    out -> out.append("freed ").append(Long.toString(freed)).append(" bytes\n"));
        }
        return ExitCode.DONE;
    }
}
