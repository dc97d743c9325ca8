package io.godwit.e2e.fuzz;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * A process that inputs may name, and that may come to harm by it; no other may. It is no child of this process: Java waits for its
 * children, and would take a stop that a tracer in this process waits for as their end.
 */
final class Expendable implements AutoCloseable {
    private static final String COMMAND = "setsid sleep 7200 </dev/null >/dev/null 2>&1 & echo $!";
    private static final int SIGKILL = 9;
    private static final int POLLIN = 1;

    private int pid;
    private Fd pidfd;

    /** Its pid; there is a new one after the old one has come to its end. */
    int pid() throws IOException {
        if (pidfd == null || (Descriptors.poll(pidfd, POLLIN, 0) & POLLIN) != 0) {
            close();
            Process shell = new ProcessBuilder("sh", "-c", COMMAND)
                    .redirectError(Redirect.DISCARD)
                    .start();
            pid = Integer.parseInt(
                    new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
            pidfd = Descriptors.pidfdOpen(pid);
        }
        return pid;
    }

    /** Ends it, in whatever state it is. */
    @Override
    public void close() {
        if (pidfd == null) {
            return;
        }
        try {
            Descriptors.signal(pidfd, SIGKILL);
        } catch (LinuxException e) {
            // it has ended
        }
        pidfd.close();
        pidfd = null;
    }
}
