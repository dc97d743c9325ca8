package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.linux.Errno;
import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import io.godwit.linux.check.Need;
import java.io.IOException;
import java.util.List;

/** CHECK: whether this kernel has all that a dump and a restore need. */
final class CheckHandler implements RequestHandler {
    @Override
    public Reply handle(CriuReq request) throws IOException {
        CriuOpts options = request.getOpts();
        if (options.hasLogFile()
                && options.getImagesDirFd() < 0
                && !options.hasImagesDir()
                && !options.hasWorkDirFd()) {
            throw RpcException.badRequest(
                    "log_file is given, but no directory for it: set work_dir_fd or images_dir_fd");
        }
        List<String> missing = KernelCheck.run().stream()
                .filter(state -> state.need() != Need.NOBODY && !state.available())
                .map(CheckHandler::words)
                .toList();
        if (!missing.isEmpty()) {
            throw new RpcException(
                    Errno.EOPNOTSUPP, "this host lacks what a dump or a restore needs: " + String.join("; ", missing));
        }
        return Reply.success(CriuReqType.CHECK);
    }

    private static String words(FeatureState state) {
        return state.name() + " (" + state.detail() + ")";
    }
}
