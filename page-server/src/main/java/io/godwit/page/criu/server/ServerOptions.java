package io.godwit.page.criu.server;

import io.godwit.image.pages.HolePuncher;
import io.godwit.page.criu.tls.CriuTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a server stores or serves.
 *
 * @param directory of the images; with {@code forever}, where each session gets a directory of its own
 * @param parent what the {@code parent} link shall say, relative to a session's directory
 * @param served these pages are served, and none stored
 * @param forever sessions are taken until the server is closed, many at once; else one
 * @param dedup frees pages of the parents as they are replaced
 * @param tls if connections are encrypted
 */
public record ServerOptions(
        Path directory,
        Optional<Path> parent,
        Optional<LazyPages> served,
        boolean forever,
        Limits limits,
        HolePuncher dedup,
        Optional<CriuTls> tls) {
    /**
     * What clients may use.
     *
     * @param sessionBytes that one may store
     * @param totalBytes that all together may store
     * @param sessions at once
     * @param idle so long a client may be silent; zero for ever
     */
    public record Limits(long sessionBytes, long totalBytes, int sessions, Duration idle) {
        /** None but those of the machine. */
        public static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO);
    }
}
