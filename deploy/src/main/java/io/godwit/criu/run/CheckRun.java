package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.Check;
import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import io.godwit.linux.check.Need;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code check} with the verdicts of CRIU. What is needed is what Godwit needs; features have CRIU's names. */
final class CheckRun {
    private final CriuLog log;
    private final PrintStream out;

    CheckRun(CriuLog log, PrintStream out) {
        this.log = log;
        this.out = out;
    }

    /** Whether all is there. */
    boolean run(Check check) throws IOException {
        return check.feature().isPresent() ? one(check.feature().get()) : all(check);
    }

    private boolean one(String name) throws IOException {
        FeatureState state = KernelCheck.criuFeature(name)
                .orElseThrow(() -> new OptionException("there is no feature '" + name + "'; these are: "
                        + String.join(" ", KernelCheck.criuFeatures())));
        if (state.available()) {
            out.println(name + " is supported");
        } else {
            log.warn(name + " is not supported: " + state.detail());
        }
        return state.available();
    }

    private boolean all(Check check) throws IOException {
        List<FeatureState> needed = KernelCheck.run().stream()
                .filter(state -> state.need() != Need.NOBODY)
                .toList();
        if (!missing(needed).isEmpty()) {
            log.warn("Does not look good.");
            return false;
        }
        List<FeatureState> more = new ArrayList<>();
        if (check.extra()) {
            more.addAll(KernelCheck.extra());
        }
        if (check.experimental()) {
            more.addAll(KernelCheck.experimental());
        }
        List<FeatureState> missing = missing(more);
        if (missing.isEmpty()) {
            out.println("Looks good.");
            return true;
        }
        out.println("Looks good but for features that are missing here:");
        out.println(missing.stream().map(FeatureState::name).collect(Collectors.joining(" ")));
        out.println("A tree that needs one of them can not be moved, or not all of it.");
        return false;
    }

    private List<FeatureState> missing(List<FeatureState> states) {
        List<FeatureState> missing =
                states.stream().filter(state -> !state.available()).toList();
        missing.forEach(state -> log.warn(state.name() + ": " + state.detail() + "; without it: " + state.without()));
        return missing;
    }
}
