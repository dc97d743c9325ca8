package io.godwit.criu.rpc;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.ConfigFile;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Setting;
import io.godwit.criu.options.Settings;
import io.godwit.criu.run.ActionScripts;
import io.godwit.criu.run.CriuRunner;
import io.godwit.criu.run.Notifier;
import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A request with all that it needs: its options, its log, and who is told of its stages. */
final class PreparedRequest implements AutoCloseable {
    private final RequestFiles files;
    private final CriuOptions options;
    private final CriuLog log;
    private final ActionScripts scripts;
    private final Notifier notifier;

    private PreparedRequest(
            RequestFiles files, CriuOptions options, CriuLog log, ActionScripts scripts, Notifier notifier) {
        this.files = files;
        this.options = options;
        this.log = log;
        this.scripts = scripts;
        this.notifier = notifier;
    }

    /**
     * Reads the options of a request; nothing but the log is made yet.
     *
     * @param more settings that the request's type implies
     * @throws IOException if an option can not be used, or the log can not be written
     */
    static PreparedRequest of(CriuReq request, Conversation conversation, Setting... more) throws IOException {
        CriuOpts opts = options(request, conversation);
        conversation.authority().assume(opts);
        RequestFiles files = RequestFiles.open(opts, conversation.client());
        try {
            return of(opts, files, conversation, more);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * The options of a request, if it has any that may be used.
     *
     * @throws RpcException if it has none, or one that is only for clients that started this process
     */
    static CriuOpts options(CriuReq request, Conversation conversation) throws RpcException {
        if (!request.hasOpts()) {
            throw RpcException.badRequest("a request of type " + request.getType() + " must have options");
        }
        RequestTexts.require(request.getOpts());
        if (conversation.ofService()) {
            requireNothingShared(request.getOpts());
        }
        return request.getOpts();
    }

    private static PreparedRequest of(CriuOpts opts, RequestFiles files, Conversation conversation, Setting... more)
            throws IOException {
        CriuOptions options;
        try {
            options = options(opts, files, conversation, more);
        } catch (IOException | RuntimeException e) {
            files.logAlone(e);
            throw e;
        }
        Notifications notifications = new Notifications(conversation.channel(), opts.getNotifyScripts());
        Notifier client = new RpcNotifier(
                notifications, conversation.authority(), options.tree().pid(), opts.getOrphanPtsMaster());
        CriuLog log = CriuLog.open(options.logging(), options.directories().work());
        ActionScripts scripts = ActionScripts.of(options);
        return new PreparedRequest(files, options, log, scripts, client.then(scripts));
    }

    private static CriuOptions options(CriuOpts opts, RequestFiles files, Conversation conversation, Setting... more)
            throws RpcException {
        Settings settings = conversation
                .defaults()
                .add(SettingsOfRequest.of(opts))
                .add(files.settings())
                .add(List.of(more));
        if (opts.hasConfigFile()) {
            settings.add(ConfigFile.read(Path.of(opts.getConfigFile())));
        }
        return CriuOptions.of(settings, opts.getExecCmdList());
    }

    /** Descriptors of this process and its parent are nothing of the client's, if the service started it. */
    private static void requireNothingShared(CriuOpts opts) throws RpcException {
        String field = opts.getRstSibling()
                ? "rst_sibling"
                : opts.getInheritFdCount() > 0 ? "inherit_fd" : opts.getPs().hasFd() ? "ps.fd" : "";
        if (!field.isEmpty()) {
            throw RpcException.badRequest(field + " can not be used over the service: start 'criu swrk' for it");
        }
    }

    CriuOptions options() {
        return options;
    }

    /** What serves it; why it failed is in the request's log too, since many clients show nothing else. */
    CriuRunner runner() {
        return new CriuRunner(log);
    }

    Notifier notifier() {
        return notifier;
    }

    @Override
    public void close() {
        scripts.close();
        log.close();
        files.close();
    }
}
