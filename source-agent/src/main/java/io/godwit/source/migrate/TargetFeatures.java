package io.godwit.source.migrate;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.TargetFeature;
import io.godwit.source.cli.RemoteCheck;
import io.godwit.source.options.HostAndPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Asks a target agent for its features, by a pre-flight of nothing. What each is needed for is known here. */
public final class TargetFeatures implements RemoteCheck {
    @Override
    public List<FeatureState> run(HostAndPort target, boolean insecure) throws IOException {
        Map<String, FeatureState> known =
                KernelCheck.run().stream().collect(Collectors.toMap(FeatureState::name, Function.identity()));
        String id = UUID.randomUUID().toString();
        try (TargetConnection connection = NettyTargetConnection.connect(target.host(), target.port(), id, insecure)) {
            List<FeatureState> states = new ArrayList<>();
            for (TargetFeature feature :
                    connection.preflight(PreflightRequest.getDefaultInstance()).getFeaturesList()) {
                FeatureState ours = known.get(feature.getName());
                if (ours != null) {
                    states.add(new FeatureState(
                            ours.name(), ours.need(), feature.getAvailable(), feature.getDetail(), ours.without()));
                }
            }
            return states;
        }
    }
}
