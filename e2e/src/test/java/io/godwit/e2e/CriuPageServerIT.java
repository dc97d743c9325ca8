package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees whose pages went through CRIU's page-server protocol, with one end of it or both ours, run on. */
class CriuPageServerIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final String ADDRESS = "127.0.0.1";
    private static final String PORT = "9870";
    private static final String[] DEDUP = {"--auto-dedup"};
    private static NamespaceHost host;

    @TempDir
    private Path images;

    @TempDir
    private Path server;

    @BeforeAll
    static void startHost() throws IOException {
        host = NamespaceHost.start("host-a", 1000);
    }

    @AfterAll
    static void stopHost() throws IOException {
        host.close();
    }

    @ParameterizedTest
    @CsvSource({"memory, 24", "shared, 32", "memfd, 32"})
    void aDumpSentToGodwitRestores(String name, String header) throws IOException {
        Path log = server.resolveSibling(server.getFileName() + ".log");
        serve(server, "-o", log.toString());
        assertMoves(name, PORT, "--page-server-header", header);
        assertThat(Files.readString(log)).contains("done, ");
        Files.delete(log);
    }

    @ParameterizedTest
    @CsvSource({"memory, 24", "shared, 32"})
    void aDumpSentToAnotherServerRestores(String name, int header) throws IOException {
        try (PageSpeaker speaker = PageSpeaker.store(host, server, header)) {
            // which of the two forms the server has is found out
            assertMoves(name, speaker.port());
            assertThat(speaker.complaint()).isEmpty();
        }
    }

    private void assertMoves(String name, String port, String... options) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> before = Picture.of(host, pid);
            send(port, "dump", pid, images, options).succeeded();
            assertThat(pageFiles(images)).isEmpty();
            assertThat(Eventually.holds(Duration.ofSeconds(10), () -> !host.runs(pid)))
                    .isTrue();
            copyPages(server, images);
            assertRestores(victim, pid, before);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 32})
    void pagesSentByAnotherClientRestore(int header) throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> before = Picture.of(host, pid);
            host.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();
            host.exec(GODWIT, "page-server", "--daemon", "--images-dir", server.toString(), "--port", PORT)
                    .succeeded();

            host.exec("python3", PageSpeaker.SCRIPT, "send", images.toString(), ADDRESS, PORT, "" + header)
                    .succeeded();
            assertThat(Eventually.holds(
                            Duration.ofSeconds(10), () -> pageFiles(server).size() == 2))
                    .isTrue();
            host.exec("python3", PageSpeaker.SCRIPT, "compare", images.toString(), server.toString())
                    .succeeded();
            for (Path file : pageFiles(images)) {
                Files.delete(file);
            }
            copyPages(server, images);
            assertRestores(victim, pid, before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDumpUponAPreDumpSendsTheDifference(boolean dedup) throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> before = Picture.of(host, pid);
            Path first = Files.createDirectory(images.resolve("1"));
            Path second = Files.createDirectory(images.resolve("2"));
            Path firstStored = Files.createDirectory(server.resolve("1"));
            Path secondStored = Files.createDirectory(server.resolve("2"));

            serve(firstStored);
            send(PORT, "pre-dump", pid, first).succeeded();
            long disk = diskBytes(firstStored);
            serve(secondStored, join(new String[] {"--prev-images-dir", "../1"}, dedup ? DEDUP : new String[0]));
            send(PORT, "dump", pid, second, "--prev-images-dir", "../1").succeeded();

            long replaced = pageBytes(secondStored);
            assertThat(replaced).isLessThan(pageBytes(firstStored));
            assertThat(disk - diskBytes(firstStored)).isBetween(dedup ? replaced / 2 : 0, dedup ? replaced : 0);
            copyPages(firstStored, first);
            copyPages(secondStored, second);
            host.exec(GODWIT, "restore", "-d", "-D", second.toString()).succeeded();
            List<String> after = Picture.of(host, pid);
            assertSoftly(softly -> {
                softly.assertThat(victim.verdict()).isEqualTo("pass");
                softly.assertThat(Picture.changes(before, after)).isEmpty();
            });
        }
    }

    private static void serve(Path directory, String... options) throws IOException {
        String[] command = {
            GODWIT, "page-server", "-d", "-D", directory.toString(), "--address", ADDRESS, "--port", PORT
        };
        host.exec(join(command, options)).succeeded();
    }

    private static Execution send(String port, String command, int pid, Path directory, String... options)
            throws IOException {
        String[] send = {
            GODWIT,
            command,
            "-t",
            "" + pid,
            "-D",
            directory.toString(),
            "--page-server",
            "--address",
            ADDRESS,
            "--port",
            port
        };
        return host.exec(join(send, options));
    }

    private static String[] join(String[] one, String... other) {
        return Stream.of(one, other).flatMap(Stream::of).toArray(String[]::new);
    }

    private static long pageBytes(Path directory) throws IOException {
        long bytes = 0;
        for (Path file : pageFiles(directory)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static long diskBytes(Path directory) throws IOException {
        String size = output("du", "-s", "--block-size=1", directory.toString());
        return Long.parseLong(size.substring(0, size.indexOf('\t')));
    }

    private static void copyPages(Path from, Path to) throws IOException {
        for (Path file : pageFiles(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private void assertRestores(Victim victim, int pid, List<String> before) throws IOException {
        host.exec(GODWIT, "restore", "-d", "-D", images.toString()).succeeded();
        List<String> after = Picture.of(host, pid);
        assertSoftly(softly -> {
            softly.assertThat(victim.verdict()).isEqualTo("pass");
            softly.assertThat(Picture.changes(before, after)).isEmpty();
        });
    }

    @Test
    void aTreeRunsOnIfTheServerRefusesItsPages() throws IOException {
        Path log = server.resolveSibling(server.getFileName() + ".log");
        host.exec(
                        GODWIT,
                        "page-server",
                        "-d",
                        "-D",
                        server.toString(),
                        "--port",
                        PORT,
                        "--quota",
                        "64K",
                        "-o",
                        log.toString())
                .succeeded();
        try (Victim victim = Victim.of("memory")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            Execution dump = send(PORT, "dump", pid, images);
            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.output()).contains("the page server at 127.0.0.1:9870 closed the connection");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
        assertThat(Eventually.holds(
                        Duration.ofSeconds(10), () -> pageFiles(server).isEmpty()))
                .isTrue();
        assertThat(Files.readString(log)).contains("--quota lets 65536 bytes be stored");
        Files.delete(log);
    }

    @Test
    void oneServerTakesManySessionsAndTellsTheirNumber() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            host.exec(
                            GODWIT,
                            "page-server",
                            "-d",
                            "-D",
                            server.toString(),
                            "--port",
                            PORT,
                            "--serve-forever",
                            "--metrics",
                            "127.0.0.1:9872",
                            "--pidfile",
                            images.resolve("pid").toString())
                    .succeeded();
            for (String header : List.of("24", "32")) {
                Path one = Files.createDirectory(images.resolve(header));
                send(PORT, "dump", pid, one, "-R", "--page-server-header", header)
                        .succeeded();
            }
            assertThat(victim.verdict()).isEqualTo("pass");
            String fetch =
                    "import urllib.request as r; print(r.urlopen('http://127.0.0.1:9872/metrics').read().decode())";
            assertThat(Eventually.holds(
                            Duration.ofSeconds(20),
                            () -> output("python3", "-c", fetch)
                                    .contains("godwit_page_server_sessions_total{result=\"success\"} 2\n")))
                    .isTrue();
            host.exec("kill", Files.readString(images.resolve("pid"))).succeeded();
        }
        assertThat(pageFiles(server.resolve("1"))).hasSize(2);
        assertThat(pageFiles(server.resolve("2"))).hasSize(2);
    }

    private static String output(String... command) {
        try {
            return host.exec(command).succeeded().output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> pageFiles(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("page"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
