package io.godwit.cli.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Goes on in the background. A JVM can not fork: the child would have but one of its threads. So a second JVM is started with the
 * same command line, and that is the daemon. It binds, says so on its standard output, and detaches itself: a session of its
 * own, no terminal, standard streams to and from nowhere. Only then does the first one end, so who waits for it finds a server
 * that listens.
 */
public final class Daemon {
    /** In the environment of the second JVM. */
    private static final String CHILD = "GODWIT_DAEMON";

    private static final String READY = "godwit: daemon ready";
    private static final int STANDARD_STREAMS = 3;

    private Daemon() {}

    /** The environment of a child of the second JVM, which is no daemon for that. */
    public static void forget(Map<String, String> environment) {
        environment.remove(CHILD);
    }

    /** Whether this is the second JVM. */
    public static boolean isThis() {
        return System.getenv(CHILD) != null;
    }

    /**
     * Starts the second JVM and waits until it is ready.
     *
     * @param socket is handed on as its standard input, as all other descriptors are closed on the way
     * @param pidfile gets its pid
     * @param out takes what it says until then
     * @return the exit code: 0, or that of the daemon if it did not get ready
     */
    public static int start(OptionalInt socket, OptionalInt status, Optional<Path> pidfile, PrintWriter out)
            throws IOException {
        if (pidfile.isPresent() && Files.exists(pidfile.get())) {
            throw exists(pidfile.get());
        }
        ProcessBuilder builder = new ProcessBuilder(ownCommandLine()).redirectErrorStream(true);
        builder.environment().put(CHILD, "1");
        if (socket.isPresent()) {
            duplicate(socket.getAsInt(), 0);
            builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
        }
        Process child = builder.start();
        if (!awaitReady(child, out)) {
            return awaitEnd(child);
        }
        try {
            if (pidfile.isPresent()) {
                Files.writeString(pidfile.get(), Long.toString(child.pid()), UTF_8, StandardOpenOption.CREATE_NEW);
            }
            PageServing.tellStatus(status);
        } catch (FileAlreadyExistsException e) {
            child.destroy();
            throw exists(pidfile.get());
        } catch (IOException e) {
            child.destroy();
            throw e;
        }
        return 0;
    }

    private static IOException exists(Path pidfile) {
        return new IOException(
                pidfile + ": exists; if the daemon that wrote it does not run any more, remove it, or name another");
    }

    private static List<String> ownCommandLine() throws IOException {
        return List.of(Files.readString(Path.of("/proc/self/cmdline"), UTF_8).split("\0"));
    }

    private static boolean awaitReady(Process child, PrintWriter out) throws IOException {
        BufferedReader said = new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.equals(READY)) {
                return true;
            }
            out.println(line);
            out.flush();
        }
        return false;
    }

    private static int awaitEnd(Process child) throws IOException {
        try {
            return child.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the daemon started", e);
        }
    }

    /** In the second JVM: the descriptor of the socket that came as standard input. */
    public static int takeSocket() throws LinuxException {
        return Math.toIntExact(Kernel.check(Kernel.syscall(Syscall.DUP, 0), "dup", "the socket"));
    }

    /** In the second JVM, when it is ready: tells the first one, and detaches. */
    public static void detach(PrintWriter out) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.SETSID), "setsid", "the daemon");
        out.println(READY);
        out.flush();
        try (Fd nowhere = Descriptors.open("/dev/null", Descriptors.O_RDWR, 0)) {
            for (int stream = 0; stream < STANDARD_STREAMS; stream++) {
                duplicate(nowhere.number(), stream);
            }
        }
    }

    private static void duplicate(int from, int to) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.DUP2, from, to), "dup2", "fd " + from);
    }
}
