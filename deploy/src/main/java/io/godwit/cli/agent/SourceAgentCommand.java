package io.godwit.cli.agent;

import io.godwit.criu.run.OwnCommand;
import io.godwit.linux.file.PrivateDirectory;
import io.godwit.source.agent.AgentSocket;
import io.godwit.source.cli.Messages;
import io.godwit.source.journal.JournalDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code godwit source-agent}: has a process ready for the next migration, and another one after it. Each does one, so that a migration
 * through it is like one without it in all but its start.
 */
@Command(
        name = "source-agent",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Be ready to send process trees.",
        description = {
            "Prepares for a migration before there is one: 'godwit migrate' on this host then begins at once, and takes no time from"
                    + " the tree for that. Prints a line whenever it is ready.",
            "Runs until it is stopped. A migration that goes on then is not stopped with it, but with the 'godwit migrate' that asked for it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it was stopped", "1:it can not migrate, or not listen", "2:an option can not be used"})
public final class SourceAgentCommand implements Callable<Integer> {
    private final Runnable stopped;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "Where to wait for 'godwit migrate', which is to be told then by --agent (default:"
                    + " source-agent.sock in /run/godwit, or in the directory that GODWIT_JOURNAL names).")
    private Path socket;

    @Option(names = "--pidfile", paramLabel = "FILE", description = "Write the pid of the daemon to a file.")
    private Path pidfile;

    /** @param stopped is run when it was stopped, and ends this process with 0 */
    public SourceAgentCommand(Runnable stopped) {
        this.stopped = stopped;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path path = (socket == null ? AgentSocket.path(JournalDirectory.ofThisHost()) : socket).toAbsolutePath();
        try (FileChannel lock = lockFile(path)) {
            if (lock.tryLock() == null) {
                throw new IOException("another source agent has " + path);
            }
            if (pidfile != null) {
                Files.writeString(pidfile, Long.toString(ProcessHandle.current().pid()));
            }
            return new Supervisor(
                            OwnCommand.read().withMain(Standby.class).with(List.of(path.toString())),
                            spec.commandLine().getOut(),
                            spec.commandLine().getErr(),
                            stopped)
                    .run();
        } catch (IOException e) {
            throw new IOException(
                    Messages.of(e) + " (another --socket, or GODWIT_JOURNAL, names a directory for the agent)", e);
        }
    }

    private static FileChannel lockFile(Path socket) throws IOException {
        PrivateDirectory.make(socket.getParent());
        return FileChannel.open(Path.of(socket + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
