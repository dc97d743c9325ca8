package io.godwit.linux.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Tries every feature of the list. Takes some tens of milliseconds. */
public final class KernelCheck {
    private KernelCheck() {}

    /**
     * Tries all.
     *
     * @throws IOException if there is not even a child process to try things on
     */
    public static List<FeatureState> run() throws IOException {
        return run(Features.all());
    }

    static List<FeatureState> run(List<Feature> features) throws IOException {
        List<FeatureState> states = new ArrayList<>(features.size());
        try (Subject subject = Subject.start()) {
            for (Feature feature : features) {
                states.add(state(feature, subject));
            }
        }
        return states;
    }

    private static FeatureState state(Feature feature, Subject subject) {
        try {
            return of(feature, true, feature.probe().run(subject));
        } catch (IOException e) {
            return of(feature, false, e.getMessage());
        }
    }

    private static FeatureState of(Feature feature, boolean available, String detail) {
        return new FeatureState(feature.name(), feature.need(), available, detail, feature.without());
    }
}
