package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import java.io.IOException;

/** Whether a client may have a tree dumped. */
final class Victims {
    private Victims() {}

    /**
     * Passes if the request names a tree that is there, and is the client's to dump.
     *
     * @throws RpcException if not
     */
    static void require(CriuReq request, Conversation conversation) throws IOException {
        if (!request.getOpts().hasPid()) {
            throw RpcException.badRequest(
                    "no pid is given: a client can not be dumped while it waits for the answer; name another process");
        }
        conversation.client().requireSamePids();
        int root = request.getOpts().getPid();
        OwnTree.pids(root);
        conversation.authority().requireOwnTree(root);
    }
}
