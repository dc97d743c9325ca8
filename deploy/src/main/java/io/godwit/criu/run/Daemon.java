package io.godwit.criu.run;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A server in the background. A Java process can not fork, so the command starts itself once more; the first process ends when
 * the second says that it is ready, and with its exit code if it never does.
 */
public final class Daemon {
    /** In the environment of the process in the background: the pid of the one in front, so that it means no other child. */
    private static final String FRONT = "GODWIT_DAEMON_OF";

    private static final String READY = "ready";
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;
    private static final int FAILED = 1;

    private Daemon() {}

    /** Whether this process is the one in the background. */
    public static boolean isThis(Map<String, String> environment) {
        String front = environment.get(FRONT);
        return ProcessHandle.current()
                .parent()
                .filter(parent -> Long.toString(parent.pid()).equals(front))
                .isPresent();
    }

    /**
     * Starts the process in the background, and waits until it is ready or has failed; what it says until then is seen.
     *
     * @return the exit code of the process in front
     */
    public static int start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(OwnCommand.read().again())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(Redirect.INHERIT);
        builder.environment().put(FRONT, Long.toString(ProcessHandle.current().pid()));
        Process daemon = builder.start();
        try (BufferedReader words =
                new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = words.readLine(); line != null; line = words.readLine()) {
                if (line.equals(READY)) {
                    return 0;
                }
                System.out.println(line);
            }
            int code = daemon.waitFor();
            return code == 0 ? FAILED : code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the process in the background started", e);
        }
    }

    /** Said by the process in the background: it serves from now on, leaves the session, and has nothing more to say. */
    public static void ready() throws IOException {
        Kernel.check(Kernel.syscall(Syscall.SETSID), "setsid", "the process in the background");
        System.out.println(READY);
        System.out.flush();
        try (Fd none = Descriptors.open("/dev/null", Descriptors.O_RDWR, 0)) {
            Descriptors.duplicateTo(none, STANDARD_OUTPUT);
            Descriptors.duplicateTo(none, STANDARD_ERROR);
        }
    }
}
