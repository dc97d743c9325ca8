package io.godwit.criu.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.cli.page.Daemon;
import io.godwit.cli.page.PageServing;
import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Server;
import io.godwit.page.criu.client.PageFetcher;
import io.godwit.target.lazy.FetchedPages;
import io.godwit.target.lazy.LazyImages;
import io.godwit.target.lazy.MemoryFiller;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalInt;

/** {@code lazy-pages}. */
final class LazyPagesRun {
    private final CriuLog log;
    private final PrintWriter out;

    LazyPagesRun(CriuLog log, PrintStream out) {
        this.log = log;
        this.out = new PrintWriter(out, true, UTF_8);
    }

    /** Whether all memory was filled, or the daemon runs in the background. */
    boolean run(CriuOptions options, Stages stages) throws IOException {
        WorkDirectories.requireReadable(options.directories());
        Server server = options.server();
        boolean daemon = options.tree().detached();
        if (daemon && !Daemon.isThis()) {
            return Daemon.start(
                            server.socket(),
                            server.status(),
                            server.pidfile().map(options.directories().work()::resolve),
                            out)
                    == 0;
        }
        LazyImages images = LazyImages.read(options.directories().images());
        try (MemoryFiller filler = filler(options, images)) {
            PageServing.tellStatus(daemon ? OptionalInt.empty() : server.status());
            stages.reach(Stage.STATUS_READY);
            log.info("Waiting for a restore");
            if (daemon) {
                Daemon.detach(out);
            }
            log.info("All memory is filled, " + filler.run() + " pages");
        }
        if (options.memory().autoDedup()) {
            free(options.server(), images);
        }
        return true;
    }

    /** The tree runs by now, and needs nothing of what is not freed. */
    private void free(Server server, LazyImages images) {
        if (server.pageServer()) {
            log.warn("--auto-dedup: the pages are at the server, nothing is freed here");
            return;
        }
        try {
            images.free();
        } catch (IOException e) {
            log.warn("--auto-dedup: " + e.getMessage());
        }
    }

    private MemoryFiller filler(CriuOptions options, LazyImages images) throws IOException {
        Path work = options.directories().work();
        if (!options.server().pageServer()) {
            return MemoryFiller.ofImages(images, work, log::info);
        }
        PageFetcher fetcher = PageServerPlace.connect(
                inThisProcess(options.server()), images.somePid(), PageFetcher::onSocket, PageFetcher::connect);
        return MemoryFiller.fetching(images, new FetchedPages(fetcher), work, log::info);
    }

    private static Server inThisProcess(Server server) throws IOException {
        return server.socket().isPresent() && Daemon.isThis() ? server.withSocket(Daemon.takeSocket()) : server;
    }
}
