package io.godwit.criu.rpc;

import io.godwit.cli.page.Daemon;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.run.OwnCommand;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;

/** Starts worker processes: the same Java, with the same flags, as this process, and a connection as its standard input. */
final class WorkerProcess {
    /** Set for the workers of a service. It can only take rights away, so that it does no harm if somebody else sets it. */
    private static final String OF_SERVICE = "GODWIT_WORKER_OF_SERVICE";

    private static final int STANDARD_INPUT = 0;

    private final List<String> command;

    WorkerProcess(List<String> command) {
        this.command = List.copyOf(command);
    }

    /** Started as this process was. */
    static WorkerProcess likeThisOne() throws IOException {
        return new WorkerProcess(
                OwnCommand.read().with(List.of(CriuCommand.SWRK.word(), Integer.toString(STANDARD_INPUT))));
    }

    /** Whether this process is such a worker. */
    static boolean isThis(Map<String, String> environment) {
        return environment.containsKey(OF_SERVICE);
    }

    /**
     * Starts a worker for a connection. Java gives a child no descriptors but the standard ones, so the connection is this process's
     * standard input for a moment; only one thread may start workers.
     */
    Process start(SeqPacketSocket connection) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.INHERIT)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        builder.environment().put(OF_SERVICE, "1");
        Daemon.forget(builder.environment());
        try (Fd none = Descriptors.open("/dev/null", Descriptors.O_RDWR, 0)) {
            Descriptors.duplicateTo(connection.fd(), STANDARD_INPUT);
            try {
                return builder.start();
            } finally {
                Descriptors.duplicateTo(none, STANDARD_INPUT);
            }
        }
    }
}
