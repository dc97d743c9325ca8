package io.godwit.criu.run;

import io.godwit.cli.page.HandedSocket;
import io.godwit.cli.page.TlsOptions;
import io.godwit.criu.options.Server;
import io.godwit.page.criu.tls.CriuTls;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.util.Optional;

/** Where the page server of the options is, as its client reaches it. */
final class PageServerPlace {
    private PageServerPlace() {}

    /** Makes a session of a connection that is there already. */
    @FunctionalInterface
    interface OnSocket<T> {
        T take(int socket, Optional<HeaderForm> form, int pid) throws IOException;
    }

    /** Makes a session of a new connection. */
    @FunctionalInterface
    interface Connector<T> {
        T connect(String host, int port, Optional<CriuTls> tls, Optional<HeaderForm> form, int pid) throws IOException;
    }

    /**
     * Connects.
     *
     * @param pid a task of the dump
     * @throws OptionException if the options do not say where to
     */
    static <T> T connect(Server server, int pid, OnSocket<T> onSocket, Connector<T> connector) throws IOException {
        if (server.socket().isPresent()) {
            return onSocket.take(handed(server.socket().getAsInt()), server.header(), pid);
        }
        int port =
                server.port().orElseThrow(() -> new OptionException("--port is missing: give that of the page server"));
        String host = server.address()
                .orElseThrow(() -> new OptionException("--address is missing: give the host of the page server"));
        return connector.connect(host, port, tls(server.tls(), host), server.header(), pid);
    }

    /** Who sends on it has no server to close, and stays until the process ends. */
    @SuppressWarnings("resource")
    private static int handed(int socket) throws IOException {
        return HandedSocket.unblocked(socket).closedAtTheEnd().number();
    }

    private static Optional<CriuTls> tls(Server.Tls tls, String host) throws IOException {
        if (!tls.on()) {
            return Optional.empty();
        }
        return Optional.of(CriuTls.client(
                TlsOptions.files(tls.authority(), tls.revoked(), tls.certificate(), tls.key()),
                tls.anyName() ? Optional.empty() : Optional.of(host)));
    }
}
