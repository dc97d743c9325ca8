package io.godwit.criu.rpc;

import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.Setting;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuRestoreResp;
import java.io.IOException;

/** RESTORE, which is always detached: the answer comes when the tree runs. */
final class RestoreHandler implements RequestHandler {
    private final Conversation conversation;

    RestoreHandler(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Reply handle(CriuReq request) throws IOException {
        conversation.authority().requireAll("RESTORE");
        Setting detached = Setting.of(CriuOption.RESTORE_DETACHED, true);
        try (PreparedRequest prepared = PreparedRequest.of(request, conversation, detached)) {
            int root = prepared.runner().restore(prepared.options(), prepared.notifier());
            return Reply.success(Reply.response(CriuReqType.RESTORE, true)
                    .setRestore(CriuRestoreResp.newBuilder().setPid(root)));
        }
    }
}
