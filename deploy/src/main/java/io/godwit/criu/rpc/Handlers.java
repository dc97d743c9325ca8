package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReqType;
import java.util.EnumMap;
import java.util.Map;

/** What can be asked for, in the order of the protocol's numbers. */
final class Handlers {
    private Handlers() {}

    /** For one connection. */
    static Map<CriuReqType, RequestHandler> all(Conversation conversation) {
        Map<CriuReqType, RequestHandler> handlers = new EnumMap<>(CriuReqType.class);
        handlers.put(CriuReqType.DUMP, new DumpHandler(conversation));
        handlers.put(CriuReqType.RESTORE, new RestoreHandler(conversation));
        handlers.put(CriuReqType.CHECK, new CheckHandler());
        handlers.put(CriuReqType.PRE_DUMP, new PreDumpHandler(conversation));
        handlers.put(CriuReqType.SINGLE_PRE_DUMP, new PreDumpHandler(conversation));
        PageServers servers = new PageServers(conversation);
        handlers.put(CriuReqType.PAGE_SERVER, servers::daemon);
        handlers.put(CriuReqType.PAGE_SERVER_CHLD, servers::child);
        handlers.put(CriuReqType.WAIT_PID, servers::await);
        handlers.put(CriuReqType.CPUINFO_DUMP, new CpuInfoHandler(conversation));
        handlers.put(CriuReqType.CPUINFO_CHECK, new CpuInfoHandler(conversation));
        handlers.put(CriuReqType.FEATURE_CHECK, new FeatureCheckHandler());
        handlers.put(CriuReqType.VERSION, new VersionHandler());
        return handlers;
    }
}
