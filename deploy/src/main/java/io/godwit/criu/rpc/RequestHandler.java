package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import java.io.IOException;

/** Serves requests of one type. */
@FunctionalInterface
interface RequestHandler {
    /**
     * Does what is asked for.
     *
     * @throws IOException if it failed; the client is told the reason
     */
    Reply handle(CriuReq request) throws IOException;
}
