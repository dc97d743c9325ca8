package io.godwit.linux.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /** Tries the feature that CRIU calls so; empty when it has none of that name. */
    public static Optional<FeatureState> criuFeature(String name) throws IOException {
        List<Feature> named = CriuFeatures.all().stream()
                .filter(feature -> feature.name().equals(name))
                .toList();
        return named.isEmpty() ? Optional.empty() : Optional.of(run(named).get(0));
    }

    /** The names that {@link #criuFeature} knows. */
    public static List<String> criuFeatures() {
        return CriuFeatures.all().stream().map(Feature::name).toList();
    }

    /** Tries what CRIU has names for and some trees need. */
    public static List<FeatureState> extra() throws IOException {
        return run(CriuFeatures.extra());
    }

    /** Tries what CRIU has names for and is needed for what is not usual. */
    public static List<FeatureState> experimental() throws IOException {
        return run(CriuFeatures.experimental());
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
