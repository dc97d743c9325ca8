package io.godwit.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A page server of CRIU's protocol that has no code of Godwit: e2e/src/test/python/criu_pages.py. */
final class PageSpeaker implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    static final String SCRIPT =
            Checkout.file("e2e/src/test/python/criu_pages.py").toString();

    private final Process process;
    private final Path log;

    private PageSpeaker(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** One that takes a session with headers of so many bytes, and stores it in a directory. */
    static PageSpeaker store(NamespaceHost host, Path directory, int headerBytes) throws IOException {
        return start(host, "python3", SCRIPT, "store", directory.toString(), "" + headerBytes);
    }

    /** One that takes a session with such headers, which asks for the pages of a directory. */
    static PageSpeaker lend(NamespaceHost host, Path directory, int headerBytes) throws IOException {
        return start(host, "python3", SCRIPT, "lend", directory.toString(), "" + headerBytes);
    }

    /** One that goes without an answer when the session is closed. */
    static PageSpeaker lendMute(NamespaceHost host, Path directory) throws IOException {
        return start(host, "env", "GODWIT_MUTE=1", "python3", SCRIPT, "lend", directory.toString(), "32");
    }

    /** One that speaks TLS with the certificates of a directory, and complains about records that CRIU could not read. */
    static PageSpeaker storeEncrypted(NamespaceHost host, Path directory, Path certificates) throws IOException {
        return start(host, "env", "GODWIT_TLS=" + certificates, "python3", SCRIPT, "store", directory.toString(), "32");
    }

    private static PageSpeaker start(NamespaceHost host, String... command) throws IOException {
        Path log = Files.createTempFile("godwit-speaker", ".log");
        Process process = host.start(log, command);
        PageSpeaker speaker = new PageSpeaker(process, log);
        if (!Eventually.holds(LIMIT, () -> speaker.said().endsWith("\n"))) {
            speaker.close();
            throw new AssertionError("the speaker said no port: " + speaker.said());
        }
        return speaker;
    }

    String port() {
        return said().lines().findFirst().orElseThrow();
    }

    /** Waits until it has ended; all that it said if that was not well. */
    String complaint() {
        try {
            boolean ended = process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return ended && process.exitValue() == 0 ? "" : said();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(log);
    }
}
