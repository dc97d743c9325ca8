package io.godwit.criu.options;

import io.godwit.page.criu.wire.HeaderForm;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Servers and their clients.
 *
 * @param pageServer send pages to one
 * @param address host or address of the page server; path of the service's socket
 * @param port 1 to 65535
 * @param socket descriptor of the connection
 * @param header form of the page server's headers, if it is not to be found out
 * @param status descriptor that gets a byte when the server is ready
 * @param pidfile relative to the work directory; must not exist
 */
public record Server(
        boolean pageServer,
        Optional<String> address,
        OptionalInt port,
        OptionalInt socket,
        Optional<HeaderForm> header,
        OptionalInt status,
        Optional<Path> pidfile,
        Tls tls) {
    private static final int MAX_PORT = 65535;

    /**
     * Encryption of the connection to a page server.
     *
     * @param anyName the name in the certificate is not compared
     */
    public record Tls(
            boolean on,
            Optional<Path> authority,
            Optional<Path> revoked,
            Optional<Path> certificate,
            Optional<Path> key,
            boolean anyName) {}

    /** The same with another connection. */
    public Server withSocket(int descriptor) {
        return new Server(pageServer, address, port, OptionalInt.of(descriptor), header, status, pidfile, tls);
    }

    static Server of(Values values) {
        return new Server(
                values.has(CriuOption.PAGE_SERVER),
                values.text(CriuOption.ADDRESS),
                values.number(CriuOption.PORT, 1, MAX_PORT),
                values.number(CriuOption.PS_SOCKET, 0, Integer.MAX_VALUE),
                values.word(CriuOption.PAGE_SERVER_HEADER, List.of("24", "32"))
                        .map(bytes -> bytes.equals("24") ? HeaderForm.SHORT : HeaderForm.LONG),
                values.number(CriuOption.STATUS_FD, 0, Integer.MAX_VALUE),
                values.path(CriuOption.PIDFILE),
                new Tls(
                        values.has(CriuOption.TLS),
                        values.path(CriuOption.TLS_CACERT),
                        values.path(CriuOption.TLS_CACRL),
                        values.path(CriuOption.TLS_CERT),
                        values.path(CriuOption.TLS_KEY),
                        values.has(CriuOption.TLS_NO_CN_VERIFY)));
    }
}
