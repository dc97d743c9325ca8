package io.godwit.page;

import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.server.TargetSession;
import java.io.IOException;
import java.nio.file.Path;

/** A session that has nothing against a migration, and does nothing for it. */
public abstract class WillingSession implements TargetSession {
    @Override
    public PreflightReply preflight(PreflightRequest request) throws IOException {
        return PreflightReply.getDefaultInstance();
    }

    @Override
    public RestoreReply restore(Path lastRound) {
        return RestoreReply.getDefaultInstance();
    }

    @Override
    public ResumeReply resume() {
        return ResumeReply.getDefaultInstance();
    }
}
