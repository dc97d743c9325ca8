package io.godwit.criu.rpc;

import io.godwit.criu.options.ConfigFiles;
import io.godwit.criu.options.Settings;
import java.util.Map;

/**
 * With whom a worker speaks.
 *
 * @param environment of this process
 */
record Conversation(RpcChannel channel, RpcClient client, Authority authority, Map<String, String> environment) {
    /** Whether the client connected to the service, and shares nothing else with this process. */
    boolean ofService() {
        return WorkerProcess.isThis(environment);
    }

    /** Settings that lie below those of a request: of config files, but not for clients of the service, who do not see them. */
    Settings defaults() {
        return ofService() ? new Settings() : ConfigFiles.below(new Settings(), environment);
    }
}
