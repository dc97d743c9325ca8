package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuDumpResp;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import java.io.IOException;

/** DUMP. */
final class DumpHandler implements RequestHandler {
    private final Conversation conversation;

    DumpHandler(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Reply handle(CriuReq request) throws IOException {
        Victims.require(request, conversation);
        try (PreparedRequest prepared = PreparedRequest.of(request, conversation)) {
            prepared.runner().dump(prepared.options(), prepared.notifier());
        }
        return Reply.success(Reply.response(CriuReqType.DUMP, true)
                .setDump(CriuDumpResp.newBuilder().setRestored(false)));
    }
}
