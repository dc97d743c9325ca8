package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other ways to a page server than plain TCP: TLS, and sockets that are handed in. The other end is never ours. */
class CriuPageServerLinkIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final String PORT = "9871";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static NamespaceHost host;

    @TempDir
    private static Path certificates;

    @TempDir
    private Path sent;

    @TempDir
    private Path stored;

    @TempDir
    private Path other;

    @BeforeAll
    static void prepare() throws IOException {
        host = NamespaceHost.start("host-a", 1000);
        String script = Checkout.file("e2e/src/test/certificates.sh").toString();
        host.exec(script, certificates.toString()).succeeded();
    }

    @AfterAll
    static void stopHost() throws IOException {
        host.close();
    }

    @Test
    void tlsHasTheRecordsThatCriuNeeds() throws IOException {
        try (PageSpeaker speaker = PageSpeaker.storeEncrypted(host, other, certificates)) {
            dump("--address", "127.0.0.1", "--port", speaker.port(), "--tls");
            assertThat(speaker.complaint()).isEmpty();
        }
        Path log = serve("empty.crl");
        send(certificates).succeeded();
        awaitLog(log, "done, ");
        assertSame(other, stored);
    }

    @Test
    void aRevokedCertificateIsRefused() throws IOException {
        Path log = serve("revoked.crl");
        assertThat(send(certificates).code()).isNotZero();
        awaitLog(log, "Certificate has been revoked");
        assertThat(stored).isEmptyDirectory();
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws IOException {
        Path log = serve("empty.crl");
        Path bare = Files.createDirectory(sent.resolve("bare"));
        Files.copy(certificates.resolve("ca.pem"), bare.resolve("ca.pem"));
        assertThat(send(bare).code()).isNotZero();
        awaitLog(log, "Empty client certificate chain");
    }

    @Test
    void aClientThatDoesNotEncryptIsToldSo() throws IOException {
        Path log = serve("empty.crl");
        host.exec("python3", PageSpeaker.SCRIPT, "send", other.toString(), "127.0.0.1", PORT, "32");
        awaitLog(log, "no TLS record");
    }

    @Test
    void aServerOfAnotherNameIsRefused() throws IOException {
        Path log = serve("empty.crl");
        Execution dump = tryDump("--address", "localhost", "--port", PORT, "--tls");
        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("No name matching localhost");
        awaitLog(log, "failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"24", "32"})
    void aSocketMayBeHandedInAtEitherEnd(String header) throws IOException {
        List<String> store = List.of("python3", PageSpeaker.SCRIPT, "with-socket", "store", other.toString(), header);
        dump(store, "--ps-socket", "9").succeeded();
        host.exec(
                        "python3",
                        PageSpeaker.SCRIPT,
                        "with-socket",
                        "send",
                        other.toString(),
                        header,
                        GODWIT,
                        "page-server",
                        "-D",
                        stored.toString(),
                        "--ps-socket",
                        "9")
                .succeeded();
        assertSame(other, stored);
    }

    private Path serve(String revoked) throws IOException {
        Path log = sent.resolve("server.log");
        List<String> command = new ArrayList<>(List.of(
                GODWIT,
                "page-server",
                "-d",
                "-D",
                stored.toString(),
                "--address",
                "127.0.0.1",
                "--port",
                PORT,
                "--tls"));
        command.addAll(files());
        command.addAll(List.of("--tls-cacrl", certificates.resolve(revoked).toString(), "-o", log.toString()));
        host.exec(command.toArray(String[]::new)).succeeded();
        return log;
    }

    private Execution send(Path withCertificates) throws IOException {
        return host.exec(
                "env",
                "GODWIT_TLS=" + withCertificates,
                "python3",
                PageSpeaker.SCRIPT,
                "send",
                other.toString(),
                "127.0.0.1",
                PORT,
                "32");
    }

    private void dump(String... options) throws IOException {
        tryDump(options).succeeded();
    }

    private Execution tryDump(String... options) throws IOException {
        return dump(List.of(), options);
    }

    /** Dumps a victim, which runs on, by a command that another one may run. */
    private Execution dump(List<String> runner, String... options) throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> command = new ArrayList<>(runner);
            command.addAll(List.of(GODWIT, "dump", "-R", "-t", "" + pid, "-D", sent.toString(), "--page-server"));
            command.addAll(List.of(options));
            if (List.of(options).contains("--tls")) {
                command.addAll(files());
            }
            Execution dump = host.exec(command.toArray(String[]::new));
            assertThat(victim.verdict()).isEqualTo("pass");
            return dump;
        }
    }

    private static List<String> files() {
        return List.of(
                "--tls-cacert", certificates.resolve("ca.pem").toString(),
                "--tls-cert", certificates.resolve("cert.pem").toString(),
                "--tls-key", certificates.resolve("key.pem").toString());
    }

    private static void assertSame(Path one, Path two) throws IOException {
        String compared = host.exec("python3", PageSpeaker.SCRIPT, "compare", one.toString(), two.toString())
                .succeeded()
                .output();
        assertThat(compared).contains("1 objects are the same");
    }

    private static void awaitLog(Path log, String words) {
        assertThat(Eventually.holds(LIMIT, () -> text(log).contains(words)))
                .as("'%s' in: %s", words, text(log))
                .isTrue();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
