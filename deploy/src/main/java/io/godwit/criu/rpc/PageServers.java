package io.godwit.criu.rpc;

import io.godwit.criu.options.ConfigFile;
import io.godwit.criu.options.Setting;
import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuPageServerInfo;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.linux.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** PAGE_SERVER, PAGE_SERVER_CHLD and, for the latter, WAIT_PID. */
final class PageServers {
    private static final int SIGNAL_BASE = 128;
    private static final int EXIT_CODE_SHIFT = 8;
    /** Where a directory is that has no name in this process; no other process finds it there. */
    private static final Path UNNAMED = Path.of("/proc/self");

    private final Conversation conversation;
    private final Map<Integer, Process> children = new HashMap<>();

    PageServers(Conversation conversation) {
        this.conversation = conversation;
    }

    /** Starts a server that lives on after this worker. */
    Reply daemon(CriuReq request) throws IOException {
        return reply(start(request));
    }

    /** Starts a server whose end WAIT_PID tells. */
    Reply child(CriuReq request) throws IOException {
        PageServerProcess server = start(request);
        children.put(server.pid(), server.process());
        return reply(server);
    }

    /** Waits for the end of a server that was started as a child. */
    Reply await(CriuReq request) throws IOException {
        Process child = children.remove(request.getPid());
        if (child == null) {
            throw new RpcException(
                    Errno.ECHILD,
                    "pid " + Integer.toUnsignedString(request.getPid()) + " is no page server of this connection");
        }
        try {
            int code = child.waitFor();
            int status = code > SIGNAL_BASE ? code - SIGNAL_BASE : code << EXIT_CODE_SHIFT;
            return Reply.success(Reply.response(CriuReqType.WAIT_PID, true).setStatus(status));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for pid " + request.getPid(), e);
        }
    }

    private PageServerProcess start(CriuReq request) throws IOException {
        conversation.authority().requireAll(request.getType().name());
        CriuOpts opts = PreparedRequest.options(request, conversation);
        try (RequestFiles files = RequestFiles.open(opts, conversation.client())) {
            PageServerProcess server = PageServerProcess.start(settings(opts, files));
            try {
                new Notifications(conversation.channel(), opts.getNotifyScripts())
                        .tell("status-ready", OptionalInt.empty());
            } catch (IOException e) {
                server.process().destroy();
                throw e;
            }
            return server;
        }
    }

    private static List<Setting> settings(CriuOpts opts, RequestFiles files) throws RpcException {
        List<Setting> settings = new ArrayList<>(SettingsOfRequest.of(opts));
        settings.addAll(files.settings());
        if (opts.hasConfigFile()) {
            settings.addAll(ConfigFile.read(Path.of(opts.getConfigFile())));
        }
        for (Setting setting : settings) {
            if (Path.of(setting.value()).startsWith(UNNAMED)) {
                throw RpcException.badRequest(
                        setting.option().spelling()
                                + " is a directory without a name here, and a page server needs one: it is a process of its own");
            }
        }
        return settings;
    }

    private static Reply reply(PageServerProcess server) {
        CriuPageServerInfo.Builder info =
                CriuPageServerInfo.newBuilder().setPid(server.pid()).setPort(server.port());
        return Reply.success(Reply.response(CriuReqType.PAGE_SERVER, true).setPs(info));
    }
}
