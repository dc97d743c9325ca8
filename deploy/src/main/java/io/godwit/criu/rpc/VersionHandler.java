package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuVersion;

/** VERSION: clients compare it with the version of CRIU that first had what they need. */
final class VersionHandler implements RequestHandler {
    private static final int CRIU_MAJOR = 4;
    private static final int CRIU_MINOR = 2;

    @Override
    public Reply handle(CriuReq request) {
        CriuVersion.Builder version =
                CriuVersion.newBuilder().setMajorNumber(CRIU_MAJOR).setMinorNumber(CRIU_MINOR);
        return Reply.success(
                Reply.response(CriuReqType.VERSION, true).setVersion(version.setName("Godwit " + release())));
    }

    private static String release() {
        String release = VersionHandler.class.getPackage().getImplementationVersion();
        return release == null ? "(not packaged)" : release;
    }
}
