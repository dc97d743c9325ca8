package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuFeatures;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import java.io.IOException;

/**
 * FEATURE_CHECK: tries what is asked for. What is not asked for is answered as if it were missing. lazy_pages is always missing,
 * as Godwit has no lazy restore; and so is pidfd_store, as a pid that was used again is told without the client's help.
 */
final class FeatureCheckHandler implements RequestHandler {
    private static final String MEMORY_TRACKING = "mem_dirty_track";

    @Override
    public Reply handle(CriuReq request) throws IOException {
        if (!request.hasFeatures()) {
            throw RpcException.badRequest("a FEATURE_CHECK must say which features it asks about");
        }
        boolean tracking = request.getFeatures().getMemTrack()
                && KernelCheck.criuFeature(MEMORY_TRACKING)
                        .map(FeatureState::available)
                        .orElse(false);
        CriuFeatures.Builder features = CriuFeatures.newBuilder()
                .setMemTrack(tracking)
                .setLazyPages(false)
                .setPidfdStore(false);
        return Reply.success(Reply.response(CriuReqType.FEATURE_CHECK, true).setFeatures(features));
    }
}
