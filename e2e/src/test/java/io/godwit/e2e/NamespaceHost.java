package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A host on this machine: an init with pid, net, mount, uts and ipc namespaces of its own, and this machine's files. It
 * ends, with all that runs there, when it is closed or when this JVM ends.
 */
final class NamespaceHost implements Host, AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(180);
    private final Process process;
    private final int init;

    private NamespaceHost(Process process, int init) {
        this.process = process;
        this.init = init;
    }

    /** Its first process gets the pid after {@code lastPid}, so that two hosts can use different ranges. */
    static NamespaceHost start(String name, int lastPid) throws IOException {
        Process process = new ProcessBuilder(tool(), "run", name, Integer.toString(lastPid))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader answer = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        String line = answer.readLine();
        if (line == null) {
            throw new IOException("the host " + name + " did not start: are you root?");
        }
        return new NamespaceHost(process, Integer.parseInt(line));
    }

    /** Joins two hosts by a veth pair, {@code eth0} in both. */
    static void join(NamespaceHost a, String addressA, NamespaceHost b, String addressB) throws IOException {
        Execution.of(LIMIT, List.of(script(), "join", "" + a.init, addressA, "" + b.init, addressB))
                .succeeded();
    }

    /** Links two hosts by a veth pair, whose ends are down and have no address. */
    static void link(NamespaceHost a, String nameA, NamespaceHost b, String nameB) throws IOException {
        String netnsA = "" + a.init;
        String netnsB = "" + b.init;
        List<String> command = new ArrayList<>(List.of("ip", "link", "add", nameA, "netns", netnsA, "type", "veth"));
        command.addAll(List.of("peer", "name", nameB, "netns", netnsB));
        Execution.of(LIMIT, command).succeeded();
    }

    @Override
    public Execution exec(String... command) throws IOException {
        return Execution.of(LIMIT, inside(command));
    }

    /** Starts a command here that outlives the call; its output goes to the log. */
    Process start(Path log, String... command) throws IOException {
        return new ProcessBuilder(inside(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    @Override
    public Path path(String absolute) {
        return Path.of("/proc/" + init + "/root" + absolute);
    }

    /** In a session of its own, as what runs on another host is in no session of this one. */
    private List<String> inside(String... command) {
        List<String> all =
                new ArrayList<>(List.of("setsid", "nsenter", "-t", "" + init, "-p", "-n", "-m", "-u", "-i", "--"));
        all.addAll(List.of(command));
        return all;
    }

    private static String script() {
        return Checkout.file("deploy/lib/hosts.sh").toString();
    }

    /** The program that makes a host and starts trees on it, built when needed. */
    static String tool() throws IOException {
        return Execution.of(LIMIT, List.of(script(), "tool"))
                .succeeded()
                .output()
                .strip();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
