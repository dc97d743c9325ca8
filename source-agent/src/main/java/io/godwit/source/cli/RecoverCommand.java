package io.godwit.source.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit recover [PID --here|--there]}. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Put right what is left of a migration that did not come to its end.",
        description = {
            "When 'godwit migrate' is killed in the freeze, or does not learn whether the target has let the tree run, the"
                    + " tree at the source never runs by itself where it might run at the target too. Its state is kept in"
                    + " /run/godwit, or in the directory of the environment variable GODWIT_JOURNAL. Without PID all such"
                    + " migrations are shown, with what to look for and what to do."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done (without PID: they are shown)",
            "1:it can not be put right so, or not all of it was",
            "2:an option or argument can not be used"
        })
public final class RecoverCommand implements Callable<Integer> {
    private final RecoveryEngine recovery;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PID", arity = "0..1", description = "The root of the tree.")
    private Integer pid;

    @ArgGroup
    private Side side;

    private static final class Side {
        @Option(
                names = "--here",
                required = true,
                description = "The tree does not run at the target: let it go on here, with its connections.")
        private boolean here;

        @Option(
                names = "--there",
                required = true,
                description = "The tree runs at the target: end what is left of it here, and take the addresses that"
                        + " have moved from this host.")
        private boolean there;
    }

    public RecoverCommand(RecoveryEngine recovery) {
        this.recovery = recovery;
    }

    @Override
    public Integer call() {
        if ((pid == null) != (side == null)) {
            throw new ParameterException(
                    spec.commandLine(), "give PID with --here or --there, or neither to see what there is");
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (pid == null) {
                recovery.list().forEach(out::println);
                return ExitCode.DONE;
            }
            if (side.here) {
                recovery.here(pid);
                return ExitCode.DONE;
            }
            List<String> left = recovery.there(pid);
            left.forEach(words -> spec.commandLine().getErr().println("godwit: " + words));
            return left.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        } catch (IOException e) {
            spec.commandLine().getErr().println("godwit: " + Messages.of(e));
            return ExitCode.FAILED;
        } finally {
            out.flush();
        }
    }
}
