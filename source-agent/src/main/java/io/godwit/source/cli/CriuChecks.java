package io.godwit.source.cli;

import io.godwit.linux.check.FeatureState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options of {@code check} that CRIU has: features by its names, and its verdicts. */
final class CriuChecks {
    @Option(
            names = "--feature",
            paramLabel = "NAME",
            description = "Try this one alone, by the name that CRIU has for it; 'list' tells the names.")
    private String feature;

    @Option(names = "--extra", negatable = true, description = "Also what some trees need.")
    private boolean extra;

    @Option(names = "--experimental", negatable = true, description = "Also what is needed for the unusual.")
    private boolean experimental;

    @Option(names = "--all", description = "The same as --extra --experimental.")
    private boolean all;

    @Option(
            names = "--ms",
            description = "Leave out what a mainline kernel may not have; as without --extra and --experimental.")
    private boolean mainline;

    boolean asksForOne() {
        return feature != null;
    }

    boolean asksForMore() {
        return !mainline && (extra || experimental || all);
    }

    /** Tries the one feature; gives the exit code. */
    int one(LocalCheck local, PrintWriter out, PrintWriter err) throws IOException {
        if (feature.equals("list")) {
            out.println(String.join(" ", local.names()));
            return ExitCode.DONE;
        }
        Optional<FeatureState> state = local.named(feature);
        if (state.isEmpty()) {
            err.println("godwit: there is no feature '" + feature + "'; these are: " + String.join(" ", local.names()));
            return ExitCode.FAILED;
        }
        if (state.get().available()) {
            out.println(feature + " is supported");
            return ExitCode.DONE;
        }
        err.println("godwit: " + feature + " is not supported: " + state.get().detail());
        return ExitCode.FAILED;
    }

    /** Tries those that are asked for. */
    List<FeatureState> more(LocalCheck local) throws IOException {
        List<FeatureState> states = new ArrayList<>();
        if (extra || all) {
            states.addAll(local.extra());
        }
        if (experimental || all) {
            states.addAll(local.experimental());
        }
        return states;
    }

    /** Says how it looks; gives the exit code. */
    static int verdict(PrintWriter out, boolean needed, List<FeatureState> more) {
        if (!needed) {
            out.println("Does not look good.");
            return ExitCode.FAILED;
        }
        String missing = more.stream()
                .filter(state -> !state.available())
                .map(FeatureState::name)
                .collect(Collectors.joining(" "));
        if (missing.isEmpty()) {
            out.println("Looks good.");
            return ExitCode.DONE;
        }
        out.println("Looks good but for features that are missing here:");
        out.println(missing);
        out.println("A tree that needs one of them can not be moved, or not all of it.");
        return ExitCode.FAILED;
    }
}
