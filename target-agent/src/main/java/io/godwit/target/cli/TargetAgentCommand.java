package io.godwit.target.cli;

import io.godwit.image.pages.HolePuncher;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.page.protocol.HostCost;
import io.godwit.page.server.PageServer;
import io.godwit.target.receive.AgentDirectory;
import io.godwit.target.receive.ListenAddress;
import io.godwit.target.receive.Rehearsal;
import io.godwit.target.receive.RestoreSession;
import io.godwit.target.restore.RestoreOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit target-agent}: the daemon that takes in trees. */
@Command(
        name = "target-agent",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Receive process trees from other hosts.",
        description = "Runs until it is stopped, and prints a line when it is ready.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it was stopped", "1:it could not listen", "2:an option can not be used"})
public final class TargetAgentCommand implements Callable<Integer> {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int DONE = 0;
    private static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-l", "--listen"},
            required = true,
            paramLabel = "ADDRESS[:PORT]",
            description = "Where to listen (port: " + ListenAddress.DEFAULT_PORT + " if none is given).")
    private String listen;

    @Option(
            names = {"-D", "--images-dir"},
            defaultValue = "/var/lib/godwit",
            paramLabel = "DIR",
            description = "Where trees are stored while they arrive (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(
            names = "--insecure",
            description = "Speak plain text with other hosts: memory and files can be read on the way.")
    private boolean insecure;

    @Option(
            names = "--auto-dedup",
            description = "With trees that come as image files: free the disk blocks of pages that a later round"
                    + " replaced, and of those that are in the tree.")
    private boolean autoDedup;

    @Option(names = "--pidfile", paramLabel = "FILE", description = "Write the pid of the daemon to a file.")
    private Path pidfile;

    @Override
    public Integer call() {
        InetSocketAddress address;
        try {
            address = ListenAddress.parse(listen);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        AtomicReference<HostCost> cost = new AtomicReference<>();
        try (AgentDirectory shapes = AgentDirectory.make(shapes());
                PageServer server = PageServer.start(
                        address,
                        new PageServer.Options(
                                directory,
                                shapes.path(),
                                insecure,
                                autoDedup ? TargetAgentCommand::punch : HolePuncher.NONE),
                        id -> new RestoreSession(
                                RestoreOptions.ofMigration(autoDedup), () -> Optional.ofNullable(cost.get())),
                        line -> log(err, line))) {
            if (pidfile != null) {
                Files.writeString(pidfile, Long.toString(ProcessHandle.current().pid()));
            }
            out.println("listening on " + server.address().getAddress().getHostAddress() + ":"
                    + server.address().getPort());
            out.flush();
            rehearse(shapes.path(), cost, err);
            server.awaitClose();
            return DONE;
        } catch (IOException e) {
            err.println("godwit: " + e.getMessage());
            return FAILED;
        }
    }

    /** A tmpfs on every Linux; a disk would have the tree wait in the freeze. */
    private Path shapes() {
        return Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY.resolve("godwit") : directory;
    }

    private static void punch(Path file, long offset, long bytes) throws IOException {
        try (Fd open = Descriptors.open(file.toString(), Descriptors.O_RDWR, 0)) {
            Descriptors.punchHole(open, offset, bytes);
        }
    }

    /** In the background: the first trees may arrive meanwhile, and are only slower then. */
    private static void rehearse(Path directory, AtomicReference<HostCost> cost, PrintWriter err) {
        Thread thread = new Thread(
                () -> {
                    try {
                        cost.set(Rehearsal.run(directory));
                    } catch (IOException e) {
                        log(err, "warning: a made-up process could not be restored: " + e.getMessage());
                    }
                },
                "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private static void log(PrintWriter err, String line) {
        err.println(line);
        err.flush();
    }
}
