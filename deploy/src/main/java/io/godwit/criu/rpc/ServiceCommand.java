package io.godwit.criu.rpc;

import io.godwit.cli.page.Daemon;
import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Server;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;

/** {@code service}: listens until it is ended. */
public final class ServiceCommand {
    private static final int DONE = 0;
    private static final String DEFAULT_ADDRESS = "criu_service.socket";

    private final CriuOptions options;
    private final CriuLog log;

    public ServiceCommand(CriuOptions options, CriuLog log) {
        this.options = options;
        this.log = log;
    }

    /**
     * Serves; with --daemon a process in the background does, and this returns when it is ready.
     *
     * @return the exit code
     * @throws IOException if there can be no such socket, or the pidfile is there
     */
    public int run() throws IOException {
        Path work = options.directories().work();
        Server server = options.server();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        if (!options.tree().detached()) {
            return serve(work, server.status(), () -> {});
        }
        if (Daemon.isThis()) {
            return serve(work, OptionalInt.empty(), () -> Daemon.detach(out));
        }
        return Daemon.start(
                OptionalInt.empty(), server.status(), server.pidfile().map(work::resolve), out);
    }

    /** What is done once clients can connect. */
    @FunctionalInterface
    private interface WhenReady {
        void ready() throws IOException;
    }

    private int serve(Path work, OptionalInt status, WhenReady then) throws IOException {
        Path socket = work.resolve(options.server().address().orElse(DEFAULT_ADDRESS));
        try (Service service = Service.listen(socket, WorkerProcess.likeThisOne(), log::warn)) {
            log.info("The service socket is " + socket);
            tell(status);
            then.ready();
            service.run();
            return DONE;
        }
    }

    /** One zero byte, then the end. */
    private static void tell(OptionalInt status) throws IOException {
        if (status.isPresent()) {
            NativeMemory zero = NativeMemory.allocate(1);
            try (Fd fd = Fd.of(status.getAsInt())) {
                Descriptors.writeFully(fd, zero.address(), 1);
            } finally {
                Reference.reachabilityFence(zero);
            }
        }
    }
}
