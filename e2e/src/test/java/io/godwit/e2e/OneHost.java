package io.godwit.e2e;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A host that is there for the tests of a class: register it as a static extension. */
final class OneHost implements Host, BeforeAllCallback, AfterAllCallback {
    private final int lastPid;
    private NamespaceHost host;

    /** Its first process gets the pid after {@code lastPid}. */
    OneHost(int lastPid) {
        this.lastPid = lastPid;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        host = NamespaceHost.start("host-a", lastPid);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        host.close();
    }

    @Override
    public Execution exec(String... command) throws IOException {
        return host.exec(command);
    }

    /** Starts a command here that outlives the call; its output goes to the log. */
    Process start(Path log, String... command) throws IOException {
        return host.start(log, command);
    }

    @Override
    public Path path(String absolute) {
        return host.path(absolute);
    }
}
