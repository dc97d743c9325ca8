package io.godwit.source.cli;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Tries the features of this host. */
interface LocalCheck {
    /** What Godwit needs, or does without. */
    List<FeatureState> run() throws IOException;

    /** What CRIU has names for and some trees need. */
    List<FeatureState> extra() throws IOException;

    /** What CRIU has names for and is needed for the unusual. */
    List<FeatureState> experimental() throws IOException;

    /** The names that {@link #named} knows. */
    List<String> names();

    /** What CRIU calls so; empty if it has no such name. */
    Optional<FeatureState> named(String name) throws IOException;

    /** The features of this kernel. */
    final class OfKernel implements LocalCheck {
        @Override
        public List<FeatureState> run() throws IOException {
            return KernelCheck.run();
        }

        @Override
        public List<FeatureState> extra() throws IOException {
            return KernelCheck.extra();
        }

        @Override
        public List<FeatureState> experimental() throws IOException {
            return KernelCheck.experimental();
        }

        @Override
        public List<String> names() {
            return KernelCheck.criuFeatures();
        }

        @Override
        public Optional<FeatureState> named(String name) throws IOException {
            return KernelCheck.criuFeature(name);
        }
    }
}
