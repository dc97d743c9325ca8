package io.godwit.source.cli;

import io.godwit.page.client.Compression;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.source.cpu.CpuMode;
import io.godwit.source.options.CgroupWords;
import io.godwit.source.options.FileOptions;
import io.godwit.source.options.HostAndPort;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.options.MovedCgroups;
import io.godwit.source.options.OptionException;
import io.godwit.source.precopy.OnNoConvergence;
import io.godwit.source.precopy.PreCopyLimits;
import io.godwit.source.preflight.TargetPid;
import io.godwit.source.report.Progress;
import io.godwit.source.report.ProgressListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit migrate PID --to HOST[:PORT]}. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Move a running process tree to another host.",
        description = {
            "Sends the memory of the tree in rounds while it works, stops it for the last pages, and lets it run on at"
                    + " the target, where 'godwit target-agent' must be running.",
            "If anything fails before the target has taken over, the tree runs on here."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the tree runs at the target (with --dry-run: it could be moved)",
            "1:it failed or was refused, and the tree runs on here",
            "2:an option or argument can not be used",
            "3:the outcome is not known, as the target did not say whether the tree runs there; it is stopped here, and"
                    + " the message says what to do"
        })
public final class MigrateCommand implements Callable<Integer> {
    private static final String WITHOUT = "none";

    private final MigrationEngine engine;
    private final ReadyAgent agent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PID", description = "The root of the tree to move.")
    private int pid;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "HOST[:PORT]",
            converter = TargetConverter.class,
            description = "Where the target agent listens; an IPv6 address with a port goes in brackets.")
    private HostAndPort target;

    @Option(names = "--dry-run", description = "Only check whether the tree could be moved.")
    private boolean dryRun;

    @Option(
            names = "--downtime-limit",
            paramLabel = "TIME",
            defaultValue = "30ms",
            converter = DurationConverter.class,
            description = "Stop the tree once this is enough for the rest (30ms, 1s; default: ${DEFAULT-VALUE}).")
    private Duration downtimeLimit;

    @Option(
            names = "--max-rounds",
            paramLabel = "N",
            defaultValue = "" + PreCopyLimits.DEFAULT_MAX_ROUNDS,
            description = "At most so many rounds before the tree is stopped (default: ${DEFAULT-VALUE}).")
    private int maxRounds;

    @Option(
            names = "--on-no-convergence",
            paramLabel = "WHAT",
            defaultValue = "stop",
            converter = NoConvergenceConverter.class,
            description = "If the limit of the downtime can not be held: stop the tree for longer, throttle"
                    + " it by short stops until it writes less, or give-up and leave it here (stop, throttle,"
                    + " give-up; default: ${DEFAULT-VALUE}).")
    private OnNoConvergence onNoConvergence;

    @Option(
            names = "--bandwidth",
            paramLabel = "RATE",
            defaultValue = "0",
            converter = BandwidthConverter.class,
            description = "Send at most so much while the tree runs: bits (1Gbit, 100Mbit) or bytes (50MB) a second;"
                    + " 0 is no limit. It holds on average over some seconds: up to 8 MiB are sent at once now and then, to find what"
                    + " the network carries beyond. What is sent while the tree stands still is not limited.")
    private long bytesPerSecond;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Send pages by so many connections at once, at most 8; 0 is one for every two processors of this"
                            + " host, at most one for every 8 Gbit/s of the link where its speed is known, and at most"
                            + " 4 (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--compress",
            paramLabel = "HOW",
            defaultValue = "auto",
            converter = CompressionConverter.class,
            description =
                    "Compress pages: auto takes whatever moves memory fastest, by measurement as it is sent, and is"
                            + " never slower than off (auto, off, lz4, zstd; default: ${DEFAULT-VALUE}).")
    private Compression compression;

    @Option(names = "--json", description = "Progress and report as JSON, one object a line.")
    private boolean json;

    @Option(names = "--insecure", description = "Allow a connection without encryption beyond this host.")
    private boolean insecure;

    @Option(names = "--shell-job", description = "Allow a tree whose session leader stays here.")
    private boolean shellJob;

    @Option(
            names = "--via-images",
            description = "Let the target store the rounds as incremental image files and restore from them at the"
                    + " end, in place of growing the tree while they arrive; the tree stands still for longer.")
    private boolean viaImages;

    @Option(names = "--skip-in-flight", description = "Let go of connections that wait to be accepted: they are reset.")
    private boolean skipInFlight;

    @Option(
            names = "--tcp-close",
            description = "Let go of established TCP connections: to the tree they are closed by the other side, and to"
                    + " the other side reset.")
    private boolean closeTcp;

    @Option(
            names = "--tcp-established",
            description =
                    "Take established TCP connections along. The target must have this host's addresses of them, or"
                            + " get them by --move-addresses.")
    private boolean established;

    @Option(
            names = "--move-addresses",
            description =
                    "Give the target this host's addresses of the connections when the tree is about to run there,"
                            + " announce them, and take them from this host.")
    private boolean moveAddresses;

    @Option(
            names = "--manage-cgroups",
            paramLabel = "MODE",
            arity = "0..1",
            defaultValue = "ignore",
            fallbackValue = "soft",
            description = "Put the tree into the same cgroups at the target: soft makes those that are missing with"
                    + " their properties, full also sets the properties of others, strict makes all, props and none make"
                    + " none, ignore leaves the tree in the cgroups of the target agent (default: ${DEFAULT-VALUE};"
                    + " without MODE: ${FALLBACK-VALUE}).")
    private String cgroupMode;

    @Option(
            names = "--cgroup-root",
            paramLabel = "[CONTROLLER:]/PATH",
            description = "With --manage-cgroups: make the cgroups here at the target.")
    private List<String> cgroupRoots = List.of();

    @Option(
            names = "--cpu-cap",
            paramLabel = "LIST",
            arity = "0..1",
            defaultValue = CpuMode.DEFAULT,
            fallbackValue = "all",
            description = "In what the target's processor must be like this one: fpu (the state of the floating point"
                    + " unit), ins (all instructions that are here), cpu (the same in all), all, none; ^ takes a word away"
                    + " (default: ${DEFAULT-VALUE}; without LIST: ${FALLBACK-VALUE}).")
    private String cpuModes;

    @Option(
            names = "--agent",
            paramLabel = "SOCKET",
            description =
                    "Where 'godwit source-agent' waits, to begin at once (default: where it waits by default); if it"
                            + " is not there, is busy, or is not of this build, the migration is prepared for and done without it, as with 'none'.")
    private String socket;

    @Option(names = "-v", description = "Say more; may be repeated.")
    private boolean[] verbose = {};

    /** One that does all itself. */
    public MigrateCommand(MigrationEngine engine) {
        this(engine, ReadyAgent.NONE);
    }

    /** @param agent is asked before the engine */
    public MigrateCommand(MigrationEngine engine, ReadyAgent agent) {
        this.engine = engine;
        this.agent = agent;
    }

    @Override
    public Integer call() {
        MigrationOptions options = options();
        PrintWriter out = spec.commandLine().getOut();
        ProgressListener progress =
                Progress.choose(options, out, spec.commandLine().getErr());
        try {
            OptionalInt done = byAgent();
            if (done.isPresent()) {
                return done.getAsInt();
            }
            engine.run(options, progress);
            return ExitCode.DONE;
        } catch (OutcomeUnknownException e) {
            progress.failed(Messages.of(e));
            return ExitCode.UNKNOWN;
        } catch (IOException e) {
            progress.failed(Messages.of(e));
            return ExitCode.FAILED;
        } finally {
            out.flush();
        }
    }

    /** Nothing is prepared for a dry run, so that there is nothing to gain. */
    private OptionalInt byAgent() throws IOException {
        if (dryRun || WITHOUT.equals(socket)) {
            return OptionalInt.empty();
        }
        PrintWriter err = spec.commandLine().getErr();
        List<String> words = spec.commandLine().getParseResult().expandedArgs();
        return agent.migrate(pid, Optional.ofNullable(socket).map(Path::of), words, line -> {
            err.println(line);
            err.flush();
        });
    }

    private FileOptions.Connections connections() {
        if (moveAddresses && !established) {
            throw new OptionException("--move-addresses moves addresses of connections; give --tcp-established too");
        }
        return new FileOptions.Connections(skipInFlight, closeTcp)
                .withEstablished(established, true)
                .withMoveAddresses(moveAddresses);
    }

    private MigrationOptions options() {
        try {
            MigrationOptions options = new MigrationOptions(
                    pid,
                    target,
                    dryRun,
                    downtimeLimit,
                    maxRounds,
                    onNoConvergence,
                    bytesPerSecond,
                    streams,
                    compression,
                    json,
                    insecure,
                    shellJob,
                    viaImages,
                    FileOptions.ofMigration().withConnections(connections()),
                    new MovedCgroups(CgroupWords.mode(cgroupMode), CgroupWords.roots(cgroupRoots)),
                    CpuMode.parse(cpuModes),
                    verbose.length);
            TargetPid.ofThisHost().require(pid);
            target.resolve(insecure);
            return options;
        } catch (OptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
