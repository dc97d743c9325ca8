package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuFeatures;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import java.io.IOException;

/**
 * FEATURE_CHECK: tries what is asked for. What is not asked for is answered as if it were missing. pidfd_store is always
 * missing, as a pid that was used again is told without the client's help.
 */
final class FeatureCheckHandler implements RequestHandler {
    private static final String MEMORY_TRACKING = "mem_dirty_track";
    private static final String LAZY_PAGES = "uffd-noncoop";

    @Override
    public Reply handle(CriuReq request) throws IOException {
        if (!request.hasFeatures()) {
            throw RpcException.badRequest("a FEATURE_CHECK must say which features it asks about");
        }
        CriuFeatures asked = request.getFeatures();
        CriuFeatures.Builder features = CriuFeatures.newBuilder()
                .setMemTrack(asked.getMemTrack() && available(MEMORY_TRACKING))
                .setLazyPages(asked.getLazyPages() && available(LAZY_PAGES))
                .setPidfdStore(false);
        return Reply.success(Reply.response(CriuReqType.FEATURE_CHECK, true).setFeatures(features));
    }

    private static boolean available(String feature) throws IOException {
        return KernelCheck.criuFeature(feature).map(FeatureState::available).orElse(false);
    }
}
