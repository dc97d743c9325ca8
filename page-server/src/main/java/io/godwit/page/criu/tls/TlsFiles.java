package io.godwit.page.criu.tls;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one side, PEM.
 *
 * @param authorities whose certificates are trusted; if empty, those that the system trusts
 * @param revoked list of certificates that are not
 * @param certificate of this side, with its chain
 * @param key of this side, PKCS#8 without a password
 */
public record TlsFiles(Optional<Path> authorities, Optional<Path> revoked, Path certificate, Path key) {}
