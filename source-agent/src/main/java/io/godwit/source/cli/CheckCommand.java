package io.godwit.source.cli;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.Need;
import io.godwit.source.options.HostAndPort;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit check [--to HOST[:PORT]]}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Show what this kernel can and can not do for Godwit.",
        description = {
            "Each feature is tried, one line each, and a verdict. With --to the target agent tries them on its host too.",
            "The general options of CRIU are taken too (-v, -o, -D, -W, --config, ...; see godwit dump --help)."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:trees can leave and enter this host (with --to: move from here to there)",
            "1:something that is needed or asked for is missing, or the target does not answer",
            "2:an option or argument can not be used"
        })
public final class CheckCommand implements Callable<Integer> {
    private final LocalCheck local;
    private final RemoteCheck remote;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--to",
            paramLabel = "HOST[:PORT]",
            converter = TargetConverter.class,
            description = "Ask the target agent there as well.")
    private HostAndPort target;

    @Option(names = "--insecure", description = "Allow a connection without encryption beyond this host.")
    private boolean insecure;

    @Mixin
    private CriuChecks criu = new CriuChecks();

    public CheckCommand(RemoteCheck remote) {
        this(new LocalCheck.OfKernel(), remote);
    }

    CheckCommand(LocalCheck local, RemoteCheck remote) {
        this.local = local;
        this.remote = remote;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (criu.asksForOne()) {
                return criu.one(local, out, spec.commandLine().getErr());
            }
            if (target == null) {
                return here(out);
            }
            requireReachable();
            out.println("This host:");
            boolean here = show(out, local.run(), Need::atSource);
            out.println();
            out.println(target + ":");
            boolean there = show(out, remote.run(target, insecure), Need::atTarget);
            return here && there ? ExitCode.DONE : ExitCode.FAILED;
        } catch (IOException e) {
            spec.commandLine().getErr().println("godwit: " + Messages.of(e));
            return ExitCode.FAILED;
        } finally {
            out.flush();
        }
    }

    private int here(PrintWriter out) throws IOException {
        boolean good = show(out, local.run(), need -> need != Need.NOBODY);
        List<FeatureState> more = List.of();
        if (criu.asksForMore()) {
            more = criu.more(local);
            out.println();
            show(out, more, need -> false);
        }
        return CriuChecks.verdict(out, good, more);
    }

    private void requireReachable() {
        try {
            target.resolve(insecure);
        } catch (OptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Whether nothing that is needed is missing. */
    private static boolean show(PrintWriter out, List<FeatureState> states, Predicate<Need> needed) {
        int width =
                states.stream().mapToInt(state -> state.name().length()).max().orElse(0);
        for (FeatureState state : states) {
            out.println(line(state, width, needed.test(state.need())));
        }
        return states.stream().allMatch(state -> state.available() || !needed.test(state.need()));
    }

    private static String line(FeatureState state, int width, boolean needed) {
        String mark = state.available() ? "yes" : needed ? "NO " : "no ";
        String name = state.name() + " ".repeat(width - state.name().length());
        String line = "  " + mark + "  " + name + "  " + state.detail();
        return (state.available() ? line : line + " - without it: " + state.without()).stripTrailing();
    }
}
