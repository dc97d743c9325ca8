package io.godwit.source.cli;

import io.godwit.linux.check.FeatureState;
import io.godwit.source.options.HostAndPort;
import java.io.IOException;
import java.util.List;

/** Asks a target agent for its features. */
@FunctionalInterface
public interface RemoteCheck {
    /**
     * Asks.
     *
     * @param insecure whether plain TCP may be spoken beyond this host
     * @throws IOException if there is no agent, or it speaks another version
     */
    List<FeatureState> run(HostAndPort target, boolean insecure) throws IOException;
}
