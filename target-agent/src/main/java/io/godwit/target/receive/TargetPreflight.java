package io.godwit.target.receive;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.TargetFeature;
import java.io.IOException;
import java.util.List;

/** The target's half of the pre-flight: whether a tree could live here. */
final class TargetPreflight {
    private static final List<Check> CHECKS = List.of(
            new PidCheck(),
            new MemoryCheck(),
            new PathCheck(),
            new VdsoCheck(),
            new CpuCheck(),
            new SocketCheck(),
            new AddressCheck(),
            new CgroupRequest());

    PreflightReply answer(PreflightRequest request) throws IOException {
        Findings findings = new Findings();
        for (Check check : CHECKS) {
            check.run(request, findings);
        }
        PreflightReply.Builder reply = PreflightReply.newBuilder()
                .setFreeMemoryBytes(MemoryCheck.freeBytes())
                .setCgroups(request.hasCgroups());
        for (FeatureState feature : KernelCheck.run()) {
            reply.addFeatures(TargetFeature.newBuilder()
                    .setName(feature.name())
                    .setAvailable(feature.available())
                    .setDetail(feature.detail()));
            if (!feature.available() && feature.need().atTarget()) {
                findings.error(feature.name(), "does not work here: " + feature.detail(), feature.without());
            }
        }
        return reply.addAllFindings(findings.all()).build();
    }
}
