package io.godwit.cli.agent;

import io.godwit.source.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;

/** Has one process ready after the other. */
final class Supervisor {
    private final ProcessBuilder standby;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Runnable stopped;
    private final Pauses pauses = new Pauses();
    private boolean everReady;

    /**
     * A supervisor.
     *
     * @param standby the command; it says {@link Standby#READY} when it is, and gives one of its exit codes
     * @param stopped is run when this process is ended while it does that
     */
    Supervisor(List<String> standby, PrintWriter out, PrintWriter err, Runnable stopped) {
        this.stopped = stopped;
        this.standby = new ProcessBuilder(standby).redirectError(Redirect.INHERIT);
        this.out = out;
        this.err = err;
    }

    /**
     * Returns if there will never be one that is ready. What was ready once may be so again, such as when there is memory.
     *
     * @return the exit code
     */
    int run() throws InterruptedException {
        Thread hook = new Thread(stopped, "it was stopped");
        Runtime.getRuntime().addShutdownHook(hook);
        int code = keepReady();
        Runtime.getRuntime().removeShutdownHook(hook);
        return code;
    }

    private int keepReady() throws InterruptedException {
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String end = next();
            if (end.isEmpty()) {
                continue;
            }
            if (!everReady) {
                err.println("godwit: the first process that was to be ready " + end);
                err.flush();
                return ExitCode.FAILED;
            }
            Duration pause = pauses.next();
            err.println("godwit: the process that was to be ready " + end + "; the next one is started in "
                    + pause.toSeconds() + " s");
            err.flush();
            Thread.sleep(pause.toMillis());
        }
    }

    /** Starts one, and waits for its end; how it has failed, or nothing if it has not. */
    private String next() throws InterruptedException {
        try {
            Process process = standby.start();
            try (BufferedReader says = process.inputReader()) {
                says.lines().forEach(this::pass);
            }
            int code = process.waitFor();
            return code == Standby.DONE || code == Standby.ABANDONED ? "" : "has ended with " + code;
        } catch (IOException e) {
            return "could not be started: " + e.getMessage();
        }
    }

    private void pass(String line) {
        out.println(line);
        out.flush();
        if (line.startsWith(Standby.READY)) {
            everReady = true;
            pauses.reset();
        }
    }
}
