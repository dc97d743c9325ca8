package io.godwit.criu.rpc;

import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Settings;
import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import java.io.IOException;

/** What the service does with a packet before it does anything for its sender. */
public final class RpcRequests {
    private RpcRequests() {}

    /** Decodes a packet and makes options of it. */
    public static CriuOptions options(byte[] packet) throws IOException {
        CriuReq request = RpcChannel.decode(packet);
        CriuOpts options = request.getOpts();
        return CriuOptions.of(new Settings().add(SettingsOfRequest.of(options)), options.getExecCmdList());
    }
}
