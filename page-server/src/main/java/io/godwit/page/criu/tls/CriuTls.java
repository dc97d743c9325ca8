package io.godwit.page.criu.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** Makes the TLS ends of connections. */
public final class CriuTls {
    /** A busy host may take seconds for it; a client that says nothing holds up only itself. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(60);

    private final SslContext context;
    private final Optional<String> peer;

    private CriuTls(SslContext context, Optional<String> peer) {
        this.context = context;
        this.peer = peer;
    }

    /**
     * For the side that is connected to; the other one must have a certificate.
     *
     * @param peer the name or address that the other side's certificate must be for; if empty, any of the authorities' will do
     */
    public static CriuTls server(TlsFiles files, Optional<String> peer) throws IOException {
        require(files);
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .clientAuth(ClientAuth.REQUIRE);
            return new CriuTls(build(builder, files), peer);
        } catch (IllegalArgumentException e) {
            throw unusable(files, e);
        }
    }

    /** For the side that connects. */
    public static CriuTls client(TlsFiles files, Optional<String> peer) throws IOException {
        require(files);
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .keyManager(files.certificate().toFile(), files.key().toFile());
            return new CriuTls(build(builder, files), peer);
        } catch (IllegalArgumentException e) {
            throw unusable(files, e);
        }
    }

    private static SslContext build(SslContextBuilder builder, TlsFiles files) throws IOException {
        Optional<TrustManagerFactory> trust = Trust.of(files);
        trust.ifPresent(builder::trustManager);
        // both sides check names only if they have one to check, see handler()
        builder.endpointIdentificationAlgorithm("");
        try {
            return builder.sslProvider(SslProvider.JDK).build();
        } catch (SSLException e) {
            throw new IOException("TLS can not be set up: " + e.getMessage(), e);
        }
    }

    private static void require(TlsFiles files) throws IOException {
        readable("--tls-cert", files.certificate());
        readable("--tls-key", files.key());
    }

    static void readable(String option, Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + ": can not be read; " + option + " names a PEM file");
        }
    }

    private static IOException unusable(TlsFiles files, IllegalArgumentException e) {
        return new IOException(
                files.certificate() + " and " + files.key() + ": no certificate and key that can be used ("
                        + e.getMessage()
                        + "); the key must be PKCS#8 without a password: openssl pkcs8 -topk8 -nocrypt",
                e);
    }

    /** What encrypts one connection. Each buffer that is written begins a new record, as CRIU needs it. */
    public SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = peer.map(name -> context.newHandler(allocator, name, -1))
                .orElseGet(() -> context.newHandler(allocator));
        if (peer.isPresent()) {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            handler.engine().setSSLParameters(parameters);
        }
        handler.setWrapDataSize(0);
        handler.setHandshakeTimeoutMillis(HANDSHAKE.toMillis());
        return handler;
    }
}
