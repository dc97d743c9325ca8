package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuDumpResp;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.source.options.DumpOptions.After;
import java.io.IOException;

/** DUMP. */
final class DumpHandler implements RequestHandler {
    private final Conversation conversation;

    DumpHandler(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Reply handle(CriuReq request) throws IOException {
        CriuReq named = Victims.require(request, conversation);
        boolean itself = Victims.asksForItself(request);
        if (itself && request.getOpts().getNotifyScripts()) {
            throw RpcException.badRequest(
                    "a client that has itself dumped can not answer notifications while it stands still:"
                            + " leave notify_scripts out, or name the pid of another process");
        }
        After after;
        try (PreparedRequest prepared = PreparedRequest.of(named, conversation)) {
            if (itself) {
                prepared.runner()
                        .dump(
                                prepared.options(),
                                prepared.notifier(),
                                conversation.channel().inode());
            } else {
                prepared.runner().dump(prepared.options(), prepared.notifier());
            }
            after = prepared.options().tree().after();
        }
        Reply reply = Reply.success(Reply.response(CriuReqType.DUMP, true)
                .setDump(CriuDumpResp.newBuilder().setRestored(false)));
        return itself && after == After.KILL ? reply.unsent() : reply;
    }
}
