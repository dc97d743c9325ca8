package io.godwit.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** host-a and host-b, joined by a veth pair, with a target agent on host-b. */
final class TwoHosts implements AutoCloseable {
    static final String GODWIT = Checkout.file("deploy/godwit").toString();
    static final String ADDRESS_A = "10.78.0.1";
    static final String ADDRESS_B = "10.78.0.2";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final NamespaceHost source;
    private final NamespaceHost target;
    private final Path directory;
    private Process agent;

    private TwoHosts(NamespaceHost source, NamespaceHost target, Path directory) {
        this.source = source;
        this.target = target;
        this.directory = directory;
    }

    static TwoHosts start() throws IOException {
        NamespaceHost source = NamespaceHost.start("host-a", 1000);
        NamespaceHost target = NamespaceHost.start("host-b", 20000);
        TwoHosts hosts = new TwoHosts(source, target, Files.createTempDirectory("godwit-hosts-"));
        NamespaceHost.join(source, ADDRESS_A, target, ADDRESS_B);
        Files.createDirectory(hosts.images());
        hosts.startAgent();
        return hosts;
    }

    /** Returns when it listens. */
    void startAgent() throws IOException {
        Files.deleteIfExists(agentLog());
        agent = target.start(
                agentLog(), GODWIT, "target-agent", "--listen", ADDRESS_B, "-D", images().toString(), "--insecure");
        if (!Eventually.holds(LIMIT, () -> agentSays().contains("listening"))) {
            throw new IOException("the target agent does not listen: " + agentSays());
        }
    }

    /** As by a crash of host-b's agent. */
    void killAgent() {
        agent.descendants().forEach(ProcessHandle::destroyForcibly);
    }

    NamespaceHost source() {
        return source;
    }

    NamespaceHost target() {
        return target;
    }

    /** Where trees lie at the target while they arrive. */
    Path images() {
        return directory.resolve("images");
    }

    String agentSays() {
        try {
            return Files.exists(agentLog()) ? Files.readString(agentLog()) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** {@code godwit migrate PID --to host-b OPTION...} on host-a. */
    Execution migrate(int pid, String... options) throws IOException {
        String[] command = new String[options.length + 6];
        command[0] = GODWIT;
        command[1] = "migrate";
        command[2] = Integer.toString(pid);
        command[3] = "--to";
        command[4] = ADDRESS_B;
        command[5] = "--insecure";
        System.arraycopy(options, 0, command, 6, options.length);
        return source.exec(command);
    }

    private Path agentLog() {
        return directory.resolve("agent.log");
    }

    @Override
    public void close() throws IOException {
        source.close();
        target.close();
        Victim.deleteTree(directory);
    }
}
