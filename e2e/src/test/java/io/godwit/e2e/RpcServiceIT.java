package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the service is to its clients, with Debian's libcriu and with none. */
class RpcServiceIT {
    private static final int CLIENTS = 4;
    private static NamespaceHost host;
    private static RpcService service;

    @TempDir
    private Path images;

    @BeforeAll
    static void start() throws IOException {
        host = NamespaceHost.start("host-a", 1000);
        service = RpcService.start(host);
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        host.close();
    }

    private static Libcriu libcriu() {
        return Libcriu.connecting(host, service.socket());
    }

    @Test
    void manyClientsAreServedAtOnce() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Victim> victims = new ArrayList<>();
        try {
            List<Future<Execution>> dumps = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Victim victim = Victim.of("counter");
                victims.add(victim);
                int pid = host.spawn(victim.directory(), victim.command());
                victim.awaitReady();
                Path own = Files.createDirectory(images.resolve("" + i));
                dumps.add(clients.submit(() -> libcriu().ask("dump", pid, own, "notify", "leave-running")));
            }
            for (Future<Execution> dump : dumps) {
                assertThat(dump.get().succeeded().output()).endsWith("result 0\n");
            }
            for (Victim victim : victims) {
                assertThat(victim.verdict()).isEqualTo("pass");
            }
        } finally {
            clients.shutdown();
            for (Victim victim : victims) {
                victim.close();
            }
        }
    }

    @Test
    void aPageServerListensUntilItsOneConnectionEnds() throws IOException {
        try (RpcService.Connection connection = service.connect()) {
            CriuOpts.Builder options = CriuOpts.newBuilder().setImagesDirFd(-1).setImagesDir(images.toString());
            options.getPsBuilder().setAddress("127.0.0.1");
            CriuResp started = connection.ask(CriuReq.newBuilder()
                    .setType(CriuReqType.PAGE_SERVER_CHLD)
                    .setKeepOpen(true)
                    .setOpts(options));
            assertThat(started.getType()).isEqualTo(CriuReqType.PAGE_SERVER);
            assertThat(started.getSuccess()).as(started.getCrErrmsg()).isTrue();
            host.exec(
                            "bash",
                            "-c",
                            "exec 3<>/dev/tcp/127.0.0.1/" + started.getPs().getPort())
                    .succeeded();

            CriuResp ended = connection.ask(CriuReq.newBuilder()
                    .setType(CriuReqType.WAIT_PID)
                    .setPid(started.getPs().getPid()));

            assertThat(ended.getSuccess()).isTrue();
            assertThat(ended.getStatus())
                    .as("it ended with exit code 1, as no pages came")
                    .isEqualTo(1 << 8);
        }
    }

    /** This test is in another pid namespace than the service. */
    @Test
    void aPidOfAnotherNamespaceIsNotTakenForOneOfTheServices() throws IOException {
        try (RpcService.Connection connection = service.connect()) {
            CriuOpts.Builder options = CriuOpts.newBuilder()
                    .setImagesDirFd(-1)
                    .setImagesDir(images.toString())
                    .setPid(2);
            CriuResp answer = connection.ask(
                    CriuReq.newBuilder().setType(CriuReqType.DUMP).setOpts(options));

            assertThat(answer.getSuccess()).isFalse();
            assertThat(answer.getCrErrmsg()).contains("another pid namespace");
        }
    }

    @Test
    void theServiceOutlivesWhatItsClientsSend() throws IOException {
        assertThat(service.send(new byte[150_000])).as("answer to zeros").isEmpty();
        assertThat(service.send(new byte[] {(byte) 0xff}))
                .as("answer to half a field")
                .isEmpty();
        assertThat(libcriu().ask("version").succeeded().output()).isEqualTo("result 40200\n");
    }
}
