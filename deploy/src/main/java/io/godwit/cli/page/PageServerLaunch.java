package io.godwit.cli.page;

import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Runs a page server in the foreground, or starts the one in the background. */
public final class PageServerLaunch {
    private static final int MAX_PORT = 65535;
    private static final int LAST_STANDARD_STREAM = 2;

    private final PageServerRequest request;
    private final boolean daemon;
    private final Optional<Path> pidfile;
    private final PrintWriter out;

    /** Where a server says what it does; opened by the process that serves. */
    @FunctionalInterface
    public interface Log {
        /** Opens it. */
        Consumer<String> open() throws IOException;
    }

    /**
     * Prepares it.
     *
     * @param pidfile gets the pid of the one in the background
     * @param out standard output
     * @throws OptionException if the socket is one of the streams that a daemon gives up
     */
    public PageServerLaunch(PageServerRequest request, boolean daemon, Optional<Path> pidfile, PrintWriter out) {
        if (daemon && request.socket().orElse(LAST_STANDARD_STREAM + 1) <= LAST_STANDARD_STREAM) {
            throw new OptionException("--ps-socket " + request.socket().getAsInt()
                    + " can not be used with --daemon, which gives up its standard streams; use another descriptor");
        }
        this.request = request;
        this.daemon = daemon;
        this.pidfile = pidfile;
        this.out = out;
    }

    /**
     * Returns when the server has ended, or runs in the background.
     *
     * @return the exit code
     */
    public int run(Log log, PageServing.WhenReady ready) throws IOException {
        if (!daemon) {
            return new PageServing(request, log.open()).run(ready);
        }
        if (Daemon.isThis()) {
            return new PageServing(request.inDaemon(), log.open()).run(where -> {
                ready.ready(where);
                Daemon.detach(out);
            });
        }
        return Daemon.start(request.socket(), request.status(), pidfile, out);
    }

    /**
     * Where to listen: on all of IPv4 unless an address is given, at a free port unless one is given.
     *
     * @throws OptionException if it is no address, or no port
     */
    public static InetSocketAddress listenAddress(Optional<String> address, OptionalInt port) {
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > MAX_PORT)) {
            throw new OptionException("--port " + port.getAsInt()
                    + " is not between 1 and 65535; without --port one that is free is taken");
        }
        String text = address.orElse("0.0.0.0");
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?")) {
            throw new OptionException("--address '" + text + "' is no IPv4 or IPv6 address");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(text), port.orElse(0));
        } catch (IOException e) {
            throw new OptionException("--address '" + text + "' is no IPv4 or IPv6 address");
        }
    }

    static void say(PrintWriter writer, String line) {
        writer.println(line);
        writer.flush();
    }
}
