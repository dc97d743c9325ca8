package io.godwit.target.receive;

import io.godwit.linux.proc.CpuInfo;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** This processor must have every feature that programs may have found at the source, or be the same if that is asked for. */
final class CpuCheck implements Check {
    private static final String SUBJECT = "processor";
    private static final String ADVICE =
            "move to a host whose processor has what the source's has, or say by --cpu-cap what the tree does not need";

    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        CpuInfo here = CpuInfo.read();
        Set<String> missing = new TreeSet<>(request.getCpuFlagsList());
        missing.removeAll(here.flags());
        if (!missing.isEmpty()) {
            findings.error(SUBJECT, "lacks " + String.join(" ", missing), ADVICE);
        }
        if (!request.hasCpuIdentity()) {
            return;
        }
        Set<String> more = new TreeSet<>(here.flags());
        request.getCpuFlagsList().forEach(more::remove);
        if (!more.isEmpty()) {
            findings.error(SUBJECT, "has " + String.join(" ", more) + ", which the source's has not", ADVICE);
        }
        if (!request.getCpuIdentity().equals(here.identity())) {
            findings.error(SUBJECT, "is " + here.identity() + " and not " + request.getCpuIdentity(), ADVICE);
        }
    }
}
