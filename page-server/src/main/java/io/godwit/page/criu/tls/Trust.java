package io.godwit.page.criu.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.util.Optional;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are trusted. */
final class Trust {
    private static final String X509 = "X.509";

    private Trust() {}

    /** Of the named authorities less what they revoked; empty for those of the system. */
    static Optional<TrustManagerFactory> of(TlsFiles files) throws IOException {
        if (files.authorities().isEmpty()) {
            if (files.revoked().isPresent()) {
                throw new IOException(
                        "--tls-cacrl needs --tls-cacert: a list of revoked certificates is its authority's");
            }
            return Optional.empty();
        }
        Path authorities = files.authorities().get();
        CriuTls.readable("--tls-cacert", authorities);
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(store(authorities), new X509CertSelector());
            parameters.setRevocationEnabled(files.revoked().isPresent());
            if (files.revoked().isPresent()) {
                parameters.addCertStore(revoked(files.revoked().get()));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return Optional.of(factory);
        } catch (GeneralSecurityException e) {
            throw new IOException(authorities + ": no certificates that can be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance(X509).generateCertificates(in)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
        }
        return store;
    }

    private static CertStore revoked(Path file) throws IOException, GeneralSecurityException {
        CriuTls.readable("--tls-cacrl", file);
        try (InputStream in = Files.newInputStream(file)) {
            var lists = CertificateFactory.getInstance(X509).generateCRLs(in);
            return CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists));
        }
    }
}
