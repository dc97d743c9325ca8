package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import java.io.IOException;

/** Whether a client may have a tree dumped. */
final class Victims {
    private Victims() {}

    /**
     * Passes if the request is for a tree that is there, and is the client's to dump.
     *
     * @return the request with the pid of the tree's root, which is the client's own where none is given
     * @throws RpcException if not
     */
    static CriuReq require(CriuReq request, Conversation conversation) throws IOException {
        PreparedRequest.options(request, conversation);
        conversation.client().requireSamePids();
        CriuReq named = request;
        if (asksForItself(request)) {
            CriuReq.Builder itself = request.toBuilder();
            itself.getOptsBuilder().setPid(conversation.client().credentials().pid());
            named = itself.build();
        }
        int root = named.getOpts().getPid();
        OwnTree.pids(root);
        conversation.authority().requireOwnTree(root);
        return named;
    }

    /** Whether the client is to be dumped. */
    static boolean asksForItself(CriuReq request) {
        return !request.getOpts().hasPid();
    }
}
