package io.godwit.criu.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.cli.page.PageServerLaunch;
import io.godwit.cli.page.PageServerRequest;
import io.godwit.cli.page.TlsOptions;
import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Server;
import io.godwit.page.criu.server.ServerOptions.Limits;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** {@code page-server}, which takes one connection. */
final class PageServerRun {
    /** One session, without limits. */
    static final Limits ONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, 1, Duration.ZERO);

    private final CriuLog log;
    private final PrintStream out;

    PageServerRun(CriuLog log, PrintStream out) {
        this.log = log;
        this.out = out;
    }

    /** Whether the pages were stored or served, or the server runs in the background. */
    boolean run(CriuOptions options, Stages stages) throws IOException {
        WorkDirectories.requireWritable(options.directories());
        Optional<Path> pidfile =
                options.server().pidfile().map(options.directories().work()::resolve);
        PageServerLaunch launch = new PageServerLaunch(
                request(options), options.tree().detached(), pidfile, new PrintWriter(out, true, UTF_8));
        int code = launch.run(() -> log::info, where -> {
            where.ifPresent(
                    place -> log.info("Listening on " + place.getAddress().getHostAddress() + ":" + place.getPort()));
            stages.reach(Stage.STATUS_READY);
        });
        return code == 0;
    }

    private static PageServerRequest request(CriuOptions options) {
        Server server = options.server();
        Server.Tls tls = server.tls();
        return new PageServerRequest(
                options.directories().images(),
                options.directories().previous(),
                PageServerLaunch.listenAddress(server.address(), server.port()),
                tls.anyName() ? Optional.empty() : server.address(),
                server.socket(),
                server.status(),
                Optional.empty(),
                tls.on()
                        ? Optional.of(TlsOptions.files(tls.authority(), tls.revoked(), tls.certificate(), tls.key()))
                        : Optional.empty(),
                options.memory().autoDedup(),
                options.memory().lazy(),
                false,
                ONE);
    }
}
