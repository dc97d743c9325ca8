package io.godwit.source.cli;

import io.godwit.source.cpu.CpuImage;
import io.godwit.source.cpu.CpuMode;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit cpuinfo dump|check [-D DIR]}. */
@Command(
        name = "cpuinfo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Write what this processor can do to an image, or compare it with one.",
        description = "What runs on the processor of the image can run here if the check says so.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the image is written; or this processor will do",
            "1:this processor will not do, or the image can not be read",
            "2:an option or argument can not be used",
            "255:the image can not be written"
        })
public final class CpuInfoCommand implements Callable<Integer> {
    /** As CRIU has it: -1 of its main. */
    private static final int DUMP_FAILED = 255;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "dump|check", description = "What to do.")
    private Action action;

    @Option(
            names = {"-D", "--images-dir"},
            defaultValue = ".",
            paramLabel = "DIR",
            description = "Where cpuinfo.img is (default: the current directory).")
    private Path directory;

    @Option(
            names = "--cpu-cap",
            arity = "0..1",
            defaultValue = CpuMode.DEFAULT,
            fallbackValue = "all",
            paramLabel = "LIST",
            description =
                    "What to compare: cpu (all is the same), fpu (its state fits), ins (no instruction is missing),"
                            + " all, none; with commas between, ^ takes one away. Default: fpu,ins.")
    private String modes;

    /** In the spelling of the command line. */
    enum Action {
        dump,
        check
    }

    @Override
    public Integer call() {
        Set<CpuMode> compared = modes();
        try {
            return action == Action.dump ? dump() : check(compared);
        } catch (IOException e) {
            spec.commandLine().getErr().println("godwit: " + Messages.of(e));
            return action == Action.dump ? DUMP_FAILED : ExitCode.FAILED;
        }
    }

    private int dump() throws IOException {
        CpuImage.dump(directory);
        return ExitCode.DONE;
    }

    private int check(Set<CpuMode> compared) throws IOException {
        List<String> differences = CpuImage.check(directory, compared);
        PrintWriter err = spec.commandLine().getErr();
        differences.forEach(difference -> err.println("godwit: " + difference));
        return differences.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Set<CpuMode> modes() {
        try {
            return CpuMode.parse(modes);
        } catch (OptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
