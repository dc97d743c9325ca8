package io.godwit.cli.page;

import io.godwit.image.pages.HolePuncher;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.DumpedPages;
import io.godwit.page.criu.server.ServerOptions;
import io.godwit.page.criu.tls.CriuTls;
import io.godwit.source.cli.ExitCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Runs a page server from its start to its end. */
public final class PageServing {
    private final PageServerRequest request;
    private final Consumer<String> log;

    /** What is done once the server is ready. */
    @FunctionalInterface
    public interface WhenReady {
        /** Where it listens; empty with a socket that was given. */
        void ready(Optional<InetSocketAddress> where) throws IOException;
    }

    public PageServing(PageServerRequest request, Consumer<String> log) {
        this.request = request;
        this.log = log;
    }

    /**
     * Runs it.
     *
     * @param then is told as soon as it is ready
     * @return the exit code
     */
    public int run(WhenReady then) throws IOException {
        try (HandedSocket handed = handed();
                CriuPageServer server = start(handed)) {
            Optional<MetricsEndpoint> metrics = endpoint(server);
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server, handed), "shutdown"));
                boolean listens = request.socket().isEmpty();
                tellStatus(request.status());
                then.ready(listens ? Optional.of(server.address()) : Optional.empty());
                if (request.forever()) {
                    server.awaitClose();
                    return ExitCode.DONE;
                }
                return server.awaitOne() ? ExitCode.DONE : ExitCode.FAILED;
            } finally {
                metrics.ifPresent(MetricsEndpoint::close);
            }
        }
    }

    /** Null if none is. */
    private HandedSocket handed() throws IOException {
        return request.socket().isEmpty()
                ? null
                : HandedSocket.unblocked(request.socket().getAsInt());
    }

    private static void close(CriuPageServer server, HandedSocket handed) {
        server.close();
        if (handed != null) {
            handed.close();
        }
    }

    private CriuPageServer start(HandedSocket handed) throws IOException {
        ServerOptions options = new ServerOptions(
                request.directory(),
                request.parent(),
                request.lazyPages() ? Optional.of(new DumpedPages(request.directory())) : Optional.empty(),
                request.forever(),
                request.limits(),
                request.autoDedup() ? PageServing::punch : HolePuncher.NONE,
                tls());
        return handed != null
                ? CriuPageServer.onSocket(handed.number(), options, log)
                : CriuPageServer.listen(request.listen(), options, log);
    }

    private Optional<CriuTls> tls() throws IOException {
        return request.tls().isEmpty()
                ? Optional.empty()
                : Optional.of(CriuTls.server(request.tls().get(), request.peerName()));
    }

    private Optional<MetricsEndpoint> endpoint(CriuPageServer server) throws IOException {
        return request.metrics().isEmpty()
                ? Optional.empty()
                : Optional.of(MetricsEndpoint.start(request.metrics().get(), server.metrics()::text));
    }

    private static void punch(Path file, long offset, long bytes) throws IOException {
        try (Fd open = Descriptors.open(file.toString(), Descriptors.O_RDWR, 0)) {
            Descriptors.punchHole(open, offset, bytes);
        }
    }

    /** As CRIU does it: one zero byte, then the descriptor is closed. */
    public static void tellStatus(OptionalInt status) throws IOException {
        if (status.isPresent()) {
            try (Fd fd = Fd.of(status.getAsInt())) {
                Descriptors.writeFully(fd, NativeMemory.allocate(1).address(), 1);
            }
        }
    }
}
