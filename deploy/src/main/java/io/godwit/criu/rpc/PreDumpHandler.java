package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import java.io.IOException;

/** PRE_DUMP and SINGLE_PRE_DUMP. */
final class PreDumpHandler implements RequestHandler {
    private final Conversation conversation;

    PreDumpHandler(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Reply handle(CriuReq request) throws IOException {
        Victims.require(request, conversation);
        try (PreparedRequest prepared = PreparedRequest.of(request, conversation)) {
            prepared.runner().preDump(prepared.options());
        }
        return Reply.success(request.getType());
    }
}
