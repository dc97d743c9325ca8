package io.godwit.criu.run;

import io.godwit.cli.page.HandedSocket;
import io.godwit.cli.page.PageServerLaunch;
import io.godwit.cli.page.PageServing;
import io.godwit.cli.page.TlsOptions;
import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Server;
import io.godwit.image.pages.HolePuncher;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.LazyPages;
import io.godwit.page.criu.server.ServerOptions;
import io.godwit.page.criu.tls.CriuTls;
import io.godwit.source.dump.LeftMemory;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Serves the memory that a dump left with the tree, to one restore. */
final class MemoryServing {
    private final CriuOptions options;
    private final CriuLog log;
    private final InetSocketAddress listen;

    /** @throws OptionException if the options do not go together */
    MemoryServing(CriuOptions options, CriuLog log) {
        this.options = options;
        this.log = log;
        Server server = options.server();
        if (server.pageServer()) {
            throw new OptionException(
                    "--lazy-pages: the memory is served by this dump, and not sent to a server; leave --page-server out");
        }
        this.listen = PageServerLaunch.listenAddress(server.address(), server.port());
    }

    /** What is done when memory is served. */
    interface WhenReady {
        void ready() throws IOException;
    }

    /**
     * Returns when the restore has all that it wants.
     *
     * @throws IOException if it went away before, or asked for what there is not
     */
    void serve(LeftMemory memory, WhenReady ready) throws IOException {
        Server server = options.server();
        ServerOptions how = new ServerOptions(
                options.directories().images(),
                Optional.empty(),
                Optional.of(new Served(memory)),
                false,
                PageServerRun.ONE,
                HolePuncher.NONE,
                tls(server));
        boolean given = server.socket().isPresent();
        try (HandedSocket handed = given
                        ? HandedSocket.unblocked(server.socket().getAsInt()).closedAtTheEnd()
                        : null;
                CriuPageServer pages = given
                        ? CriuPageServer.onSocket(handed.number(), how, log::info)
                        : CriuPageServer.listen(listen, how, log::info)) {
            if (!given) {
                InetSocketAddress place = pages.address();
                log.info("Listening on " + place.getAddress().getHostAddress() + ":" + place.getPort());
            }
            PageServing.tellStatus(server.status());
            ready.ready();
            if (!pages.awaitOne()) {
                throw new IOException(
                        "the restore did not get all the memory that it needs, so the tree runs on here; the"
                                + " messages before say why (-v4), and so do those of lazy-pages");
            }
        }
    }

    private static Optional<CriuTls> tls(Server server) throws IOException {
        Server.Tls tls = server.tls();
        return tls.on()
                ? Optional.of(CriuTls.server(
                        TlsOptions.files(tls.authority(), tls.revoked(), tls.certificate(), tls.key()),
                        tls.anyName() ? Optional.empty() : server.address()))
                : Optional.empty();
    }

    /** A restore that goes without CLOSE may have failed. */
    private record Served(LeftMemory memory) implements LazyPages {
        @Override
        public Run from(int pid, long vaddr) throws IOException {
            long pages = memory.pagesFrom(pid, vaddr);
            if (pages == 0) {
                throw new IOException(String.format("the dump left no page at 0x%x of pid %d", vaddr, pid));
            }
            return new Held(pages, into -> memory.read(pid, vaddr, into));
        }

        @Override
        public boolean mayLeave() {
            return false;
        }

        @Override
        public boolean mustBeFetched() {
            return memory.pages() > 0;
        }
    }
}
