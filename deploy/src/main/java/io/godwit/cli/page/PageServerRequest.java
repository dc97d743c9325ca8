package io.godwit.cli.page;

import io.godwit.linux.LinuxException;
import io.godwit.page.criu.server.ServerOptions.Limits;
import io.godwit.page.criu.tls.TlsFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a page server was asked to do.
 *
 * @param directory of the images
 * @param parent of the parent link
 * @param listen where to; not used with a socket
 * @param peerName what a client's certificate must be for
 * @param socket descriptor of a connection that there is already
 * @param status descriptor that gets a byte when the server is ready
 * @param metrics where figures are served
 * @param tls if connections are encrypted
 */
public record PageServerRequest(
        Path directory,
        Optional<Path> parent,
        InetSocketAddress listen,
        Optional<String> peerName,
        OptionalInt socket,
        OptionalInt status,
        Optional<InetSocketAddress> metrics,
        Optional<TlsFiles> tls,
        boolean autoDedup,
        boolean lazyPages,
        boolean forever,
        Limits limits) {
    /** The same in the second JVM, whose socket has another number, and whose status the first one tells. */
    PageServerRequest inDaemon() throws LinuxException {
        return new PageServerRequest(
                directory,
                parent,
                listen,
                peerName,
                socket.isPresent() ? OptionalInt.of(Daemon.takeSocket()) : socket,
                OptionalInt.empty(),
                metrics,
                tls,
                autoDedup,
                lazyPages,
                forever,
                limits);
    }
}
