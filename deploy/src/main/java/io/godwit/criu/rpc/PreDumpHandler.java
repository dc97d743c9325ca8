package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import java.io.IOException;

/**
 * PRE_DUMP and SINGLE_PRE_DUMP, which only root may ask for over the service: there is no moment at which the tree stands still and
 * its rights could be looked at, and a task of another user may become one of root while its memory is read.
 */
final class PreDumpHandler implements RequestHandler {
    private final Conversation conversation;

    PreDumpHandler(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Reply handle(CriuReq request) throws IOException {
        conversation.authority().requireAll(request.getType().name());
        CriuReq named = Victims.require(request, conversation);
        try (PreparedRequest prepared = PreparedRequest.of(named, conversation)) {
            prepared.runner().preDump(prepared.options());
        }
        return Reply.success(request.getType());
    }
}
