package io.godwit.cli.page;

import io.godwit.page.criu.tls.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** CRIU's options for TLS. */
public final class TlsOptions {
    private static final Path AUTHORITY = Path.of("/etc/pki/CA/cacert.pem");
    private static final Path REVOKED = Path.of("/etc/pki/CA/cacrl.pem");
    private static final Path CERTIFICATE = Path.of("/etc/pki/criu/cert.pem");
    private static final Path KEY = Path.of("/etc/pki/criu/private/key.pem");

    @Option(names = "--tls", description = "Encrypt; both sides must have a certificate.")
    private boolean on;

    @Option(names = "--tls-cacert", paramLabel = "FILE", description = "Authorities that are trusted.")
    private Optional<Path> authority;

    @Option(names = "--tls-cacrl", paramLabel = "FILE", description = "List of revoked certificates.")
    private Optional<Path> revoked;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate of this side.")
    private Optional<Path> certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key, PKCS#8.")
    private Optional<Path> key;

    @Option(
            names = "--tls-no-cn-verify",
            description = "Do not compare the name in the other side's certificate with --address.")
    private boolean anyName;

    boolean anyName() {
        return anyName;
    }

    /** The files, if encryption was asked for. */
    Optional<TlsFiles> files() {
        return on ? Optional.of(files(authority, revoked, certificate, key)) : Optional.empty();
    }

    /** The files that were named; for others, those at CRIU's places, if they are there. */
    public static TlsFiles files(
            Optional<Path> authority, Optional<Path> revoked, Optional<Path> certificate, Optional<Path> key) {
        return new TlsFiles(
                authority.or(() -> existing(AUTHORITY)),
                revoked.or(() -> existing(REVOKED)),
                certificate.orElse(CERTIFICATE),
                key.orElse(KEY));
    }

    private static Optional<Path> existing(Path file) {
        return Optional.of(file).filter(Files::exists);
    }
}
