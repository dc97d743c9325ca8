package io.godwit.criu.rpc;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.run.Daemon;
import io.godwit.criu.run.Pidfile;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code service}: listens until it is ended. */
public final class ServiceCommand {
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
    public int run(Map<String, String> environment) throws IOException {
        boolean background = options.tree().detached();
        if (background && !Daemon.isThis(environment)) {
            return Daemon.start();
        }
        Path work = options.directories().work();
        Path socket = work.resolve(options.server().address().orElse(DEFAULT_ADDRESS));
        try (Service service = Service.listen(socket, WorkerProcess.likeThisOne(), log::warn)) {
            Optional<Path> pidfile = options.server().pidfile().map(work::resolve);
            if (pidfile.isPresent()) {
                Pidfile.write(pidfile.get(), ProcessHandle.current().pid());
            }
            log.info("The service socket is " + socket);
            tell(options.server().status());
            if (background) {
                Daemon.ready();
            }
            service.run();
            return 0;
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
