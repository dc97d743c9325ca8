package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One connection. It takes one request, and goes on only
 * <ul>
 *   <li>after a request with keep_open, which those types may have that change nothing but the connection's own state;
 *   <li>after a PRE_DUMP that succeeded, to take the next PRE_DUMP or the DUMP that ends the series.
 * </ul>
 */
final class Session {
    private static final Set<CriuReqType> KEEP_OPEN = Set.of(
            CriuReqType.PAGE_SERVER,
            CriuReqType.PAGE_SERVER_CHLD,
            CriuReqType.CPUINFO_DUMP,
            CriuReqType.CPUINFO_CHECK,
            CriuReqType.FEATURE_CHECK,
            CriuReqType.VERSION);

    private final RpcChannel channel;
    private final Map<CriuReqType, RequestHandler> handlers;

    Session(RpcChannel channel, Map<CriuReqType, RequestHandler> handlers) {
        this.channel = channel;
        this.handlers = Map.copyOf(handlers);
    }

    /**
     * Serves the client until the connection is to be closed.
     *
     * @return the exit code of the worker
     * @throws MalformedRequestException if the client sends what is no request
     * @throws IOException if the client does not take its answer
     */
    int serve() throws IOException {
        boolean inSeries = false;
        while (true) {
            Optional<CriuReq> next = channel.receive();
            if (next.isEmpty()) {
                return Reply.REJECTED;
            }
            CriuReq request = next.get();
            Optional<String> objection = objection(request, inSeries);
            if (objection.isPresent()) {
                channel.send(Reply.rejection(objection.get()));
                return Reply.REJECTED;
            }
            if (request.getKeepOpen() && !KEEP_OPEN.contains(request.getType())) {
                throw new MalformedRequestException(
                        "keep_open can not be set in a request of type " + request.getType());
            }
            Reply reply = reply(request);
            if (reply.sent()) {
                channel.send(reply.message());
            }
            inSeries =
                    request.getType() == CriuReqType.PRE_DUMP && reply.message().getSuccess();
            if (!inSeries && !request.getKeepOpen()) {
                return reply.exitCode();
            }
        }
    }

    private Optional<String> objection(CriuReq request, boolean inSeries) {
        CriuReqType type = request.getType();
        if (!handlers.containsKey(type)) {
            return Optional.of("Invalid req: no request of this type can be served");
        }
        if (inSeries && type != CriuReqType.PRE_DUMP && type != CriuReqType.DUMP) {
            return Optional.of("Bad req seq: after PRE_DUMP comes PRE_DUMP or DUMP, not " + type);
        }
        return Optional.empty();
    }

    private Reply reply(CriuReq request) {
        try {
            return handlers.get(request.getType()).handle(request);
        } catch (IOException | RuntimeException e) {
            return Reply.failure(request.getType(), e);
        }
    }
}
