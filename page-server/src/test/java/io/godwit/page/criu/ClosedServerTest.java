package io.godwit.page.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.ServerOptions;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.OpenObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A server that is closed while sessions are open. */
class ClosedServerTest {
    private static final int SESSIONS = 4;
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);

    @TempDir
    private Path images;

    @RepeatedTest(10)
    void eachOpenSessionsEndIsToldAndNothingOfItStays() throws IOException {
        ServerOptions options = new ServerOptions(
                images,
                Optional.empty(),
                Optional.empty(),
                true,
                ServerOptions.Limits.NONE,
                HolePuncher.NONE,
                Optional.empty());
        Queue<String> log = new ConcurrentLinkedQueue<>();
        List<SpeakingClient> clients = new ArrayList<>();
        try {
            openSessionsAndClose(options, log, clients);
            assertThat(log.stream().filter(line -> line.contains(": failed after")))
                    .as("%s", log)
                    .hasSize(SESSIONS);
            assertThat(images).isEmptyDirectory();
        } finally {
            for (SpeakingClient client : clients) {
                client.close();
            }
        }
    }

    private static void openSessionsAndClose(ServerOptions options, Queue<String> log, List<SpeakingClient> clients)
            throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (CriuPageServer server = CriuPageServer.listen(any, options, log::add)) {
            for (int i = 0; i < SESSIONS; i++) {
                SpeakingClient client = new SpeakingClient(server.address(), HeaderForm.LONG);
                clients.add(client);
                client.say(new OpenObject(TASK, true)).read(1);
            }
        }
    }
}
