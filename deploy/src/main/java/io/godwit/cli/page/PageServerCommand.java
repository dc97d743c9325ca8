package io.godwit.cli.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.page.criu.server.ServerOptions.Limits;
import io.godwit.source.options.HostAndPort;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit page-server}, with the option names of CRIU and some of its own. */
@Command(
        name = "page-server",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Receive the pages of a dump by CRIU's protocol, or serve them.",
        description = {
            "Takes one connection, stores the pages that a dump sends into image files, and ends.",
            "With --serve-forever it takes any number, each into a numbered directory of its own."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the pages are stored, or were served",
            "1:it could not listen, or the session failed; what it stored is removed",
            "2:an option can not be used"
        })
public final class PageServerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-D", "--images-dir"},
            defaultValue = ".",
            paramLabel = "DIR",
            description = "Where the image files are (default: the current directory).")
    private Path directory;

    @Option(
            names = "--prev-images-dir",
            paramLabel = "DIR",
            description = "The snapshot before, relative to the images; pages may be said to be there.")
    private Optional<Path> parent;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "IPv4 or IPv6 address to listen on (default: all of IPv4).")
    private Optional<String> address;

    @Option(names = "--port", paramLabel = "PORT", description = "Port (default: one that is free, which is printed).")
    private Optional<Integer> port;

    @Option(
            names = "--ps-socket",
            paramLabel = "FD",
            description = "Use this connected stream socket; --address and --port are not used.")
    private Optional<Integer> socket;

    @Option(
            names = {"-d", "--daemon"},
            description = "Go on in the background once it listens.")
    private boolean daemon;

    @Option(
            names = "--pidfile",
            paramLabel = "FILE",
            description = "Gets the pid of the daemon; must not exist. Not written without --daemon.")
    private Optional<Path> pidfile;

    @Option(
            names = "--status-fd",
            paramLabel = "FD",
            description = "Gets one zero byte when the server is ready, and is closed.")
    private Optional<Integer> status;

    @Option(names = "--auto-dedup", description = "Free the blocks of pages of earlier snapshots as they are replaced.")
    private boolean autoDedup;

    @Option(names = "--lazy-pages", description = "Serve the pages of a finished dump to a lazy restore.")
    private boolean lazyPages;

    @Option(
            names = "--serve-forever",
            description = "Take sessions until stopped, many at once, each into a directory DIR/1, DIR/2, ...")
    private boolean forever;

    @Option(
            names = "--max-sessions",
            defaultValue = "64",
            paramLabel = "N",
            description = "With --serve-forever, so many at once (default: ${DEFAULT-VALUE}).")
    private int maxSessions;

    @Option(
            names = "--quota",
            converter = ByteCount.class,
            paramLabel = "SIZE",
            description = "What one session may store, such as 20G.")
    private Optional<Long> quota;

    @Option(
            names = "--quota-total",
            converter = ByteCount.class,
            paramLabel = "SIZE",
            description = "What all sessions together may store.")
    private Optional<Long> total;

    @Option(
            names = "--idle-timeout",
            defaultValue = "0",
            paramLabel = "SECONDS",
            description = "Send away a client that is silent for so long (default: never).")
    private int idleSeconds;

    @Option(
            names = "--metrics",
            paramLabel = "ADDRESS:PORT",
            description = "Serve figures for Prometheus there, at /metrics.")
    private Optional<String> metrics;

    @Mixin
    private TlsOptions tls;

    @Option(
            names = {"-o", "--log-file"},
            paramLabel = "FILE",
            description =
                    "Where it says what it does (default: standard error; with --daemon, nowhere once it is ready).")
    private Optional<Path> logFile;

    @Option(names = "-v", description = "Say more; may be repeated.")
    private boolean[] verbose = {};

    @Override
    public Integer call() throws IOException {
        PageServerRequest request;
        try {
            request = request();
        } catch (OptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        return new PageServerLaunch(request, daemon, pidfile, out)
                .run(
                        this::writerOfLog,
                        where -> where.ifPresent(place -> PageServerLaunch.say(
                                out, "listening on " + place.getAddress().getHostAddress() + ":" + place.getPort())));
    }

    private Consumer<String> writerOfLog() throws IOException {
        PrintWriter log = log();
        return line -> PageServerLaunch.say(log, line);
    }

    /** Standard error, or a file that others can not read. */
    private PrintWriter log() throws IOException {
        if (logFile.isEmpty()) {
            return spec.commandLine().getErr();
        }
        Files.deleteIfExists(logFile.get());
        Files.createFile(
                logFile.get(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new PrintWriter(Files.newBufferedWriter(logFile.get(), UTF_8), true);
    }

    private PageServerRequest request() {
        return new PageServerRequest(
                directory,
                parent,
                PageServerLaunch.listenAddress(
                        address, port.isPresent() ? OptionalInt.of(port.get()) : OptionalInt.empty()),
                tls.anyName() ? Optional.empty() : address,
                socket.isPresent() ? OptionalInt.of(socket.get()) : OptionalInt.empty(),
                status.isPresent() ? OptionalInt.of(status.get()) : OptionalInt.empty(),
                metrics.map(PageServerCommand::metricsAddress),
                tls.files(),
                autoDedup,
                lazyPages,
                forever,
                limits());
    }

    private Limits limits() {
        if (maxSessions < 1 || idleSeconds < 0) {
            throw new OptionException("--max-sessions must be at least 1, and --idle-timeout not negative");
        }
        return new Limits(
                quota.orElse(Long.MAX_VALUE),
                total.orElse(Long.MAX_VALUE),
                forever ? maxSessions : 1,
                Duration.ofSeconds(idleSeconds));
    }

    private static InetSocketAddress metricsAddress(String text) {
        return HostAndPort.parse(text, 0).resolve(true);
    }
}
