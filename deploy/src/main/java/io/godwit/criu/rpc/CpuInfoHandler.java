package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import java.io.IOException;

/** CPUINFO_DUMP and CPUINFO_CHECK. */
final class CpuInfoHandler implements RequestHandler {
    private final Conversation conversation;

    CpuInfoHandler(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Reply handle(CriuReq request) throws IOException {
        conversation.authority().requireAll(request.getType().name());
        try (PreparedRequest prepared = PreparedRequest.of(request, conversation)) {
            if (request.getType() == CriuReqType.CPUINFO_DUMP) {
                prepared.runner().dumpProcessor(prepared.options());
            } else {
                prepared.runner().checkProcessor(prepared.options());
            }
        }
        return Reply.success(request.getType());
    }
}
