package io.godwit.page.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.DumpedPages;
import io.godwit.page.criu.server.ServerOptions;
import io.godwit.page.criu.server.ServerOptions.Limits;
import io.godwit.page.criu.wire.CloseSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Starts page servers on loopback for the tests of a class, and keeps what they log. */
final class LoggedServers {
    static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    static final int PAGE = 4096;

    private static final byte[] ZERO = {0, 0, 0, 0};

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    CriuPageServer start(Path directory, Optional<Path> parent, boolean lazy, boolean forever, Limits limits)
            throws IOException {
        return start(directory, parent, lazy, forever, limits, HolePuncher.NONE);
    }

    CriuPageServer start(
            Path directory, Optional<Path> parent, boolean lazy, boolean forever, Limits limits, HolePuncher dedup)
            throws IOException {
        ServerOptions options = new ServerOptions(
                directory,
                parent,
                lazy ? Optional.of(new DumpedPages(directory)) : Optional.empty(),
                forever,
                limits,
                dedup,
                Optional.empty());
        return CriuPageServer.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options, log::add);
    }

    /** The lines that nobody has waited for. */
    Collection<String> log() {
        return log;
    }

    /** Passes over what is logged until there is such a line. */
    void awaitLog(Predicate<String> wanted) throws InterruptedException {
        for (String line = log.poll(20, TimeUnit.SECONDS); ; line = log.poll(20, TimeUnit.SECONDS)) {
            assertThat(line).as("the line that was awaited").isNotNull();
            if (wanted.test(line)) {
                return;
            }
        }
    }

    /** Ends a session. */
    static void finish(SpeakingClient client) throws IOException {
        assertThat(client.say(new CloseSession(false, true)).read(4)).isEqualTo(ZERO);
        client.endOfStream();
    }

    /** Pages each filled with a byte. */
    static byte[] pages(int... fill) {
        byte[] pages = new byte[fill.length * PAGE];
        for (int i = 0; i < fill.length; i++) {
            Arrays.fill(pages, i * PAGE, (i + 1) * PAGE, (byte) fill[i]);
        }
        return pages;
    }

    /** The names of what is in a directory. */
    static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
