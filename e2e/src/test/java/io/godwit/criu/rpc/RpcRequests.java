package io.godwit.criu.rpc;

import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Settings;
import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.IOException;
import java.util.Map;

/** What a worker does with packets of its client. */
public final class RpcRequests {
    /** In the environment of a worker that a service started. */
    public static final String OF_SERVICE = "GODWIT_WORKER_OF_SERVICE";

    private RpcRequests() {}

    /** Decodes a packet and makes options of it, which is done before anything is done for its sender. */
    public static CriuOptions options(byte[] packet) throws IOException {
        CriuReq request = RpcChannel.decode(packet);
        CriuOpts options = request.getOpts();
        return CriuOptions.of(new Settings().add(SettingsOfRequest.of(options)), options.getExecCmdList());
    }

    /** Serves a client, but starts no page servers, which would live on. */
    public static int serve(SeqPacketSocket socket, Map<String, String> environment) throws IOException {
        try (RpcChannel channel = new RpcChannel(socket)) {
            RpcClient client = RpcClient.of(socket);
            Conversation conversation =
                    new Conversation(channel, client, Authority.over(client.credentials()), environment);
            Map<CriuReqType, RequestHandler> handlers = Handlers.all(conversation);
            handlers.remove(CriuReqType.PAGE_SERVER);
            handlers.remove(CriuReqType.PAGE_SERVER_CHLD);
            return new Session(channel, handlers).serve();
        }
    }
}
