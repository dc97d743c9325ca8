package io.godwit.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * host-a and host-b, joined by a veth pair, with a target agent on host-b. Register it as an extension: a static one is there for the tests
 * of a class, another is made anew for each test.
 */
final class TwoHosts
        implements AutoCloseable, BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    static final String GODWIT = Checkout.file("deploy/godwit").toString();
    static final String ADDRESS_A = "10.78.0.1";
    static final String ADDRESS_B = "10.78.0.2";
    /** Where {@link #startRelay} listens. */
    static final String RELAY = ADDRESS_B + ":4651";

    /** What a shell has started in the background ignores interrupts, and so does all that it starts in turn, tests and JVMs too. */
    private static final List<String> INTERRUPTIBLE = List.of("env", "--default-signal=INT");

    private static final int RELAY_PORT = 4651;
    private static final int AGENT_PORT = 4650;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration MIGRATION_LIMIT = Duration.ofSeconds(120);

    private NamespaceHost source;
    private NamespaceHost target;
    private Path directory;
    private Process agent;
    private boolean ofOneTest;

    /** Those of a part of a test, which closes them. */
    static TwoHosts start() throws IOException {
        TwoHosts hosts = new TwoHosts();
        hosts.begin();
        return hosts;
    }

    private void begin() throws IOException {
        try {
            setUp();
        } catch (IOException | RuntimeException | Error e) {
            try {
                close();
            } catch (IOException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private void setUp() throws IOException {
        source = NamespaceHost.start("host-a", 1000);
        target = NamespaceHost.start("host-b", 20000);
        directory = Files.createTempDirectory("godwit-hosts-");
        NamespaceHost.join(source, ADDRESS_A, target, ADDRESS_B);
        Files.createDirectory(images());
        // a host has its own journals
        source.exec("mount", "-t", "tmpfs", "none", "/run").succeeded();
        startAgent();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        begin();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        ofOneTest = source == null;
        if (ofOneTest) {
            begin();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (ofOneTest) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        close();
    }

    /** Returns when it listens. */
    void startAgent() throws IOException {
        Files.deleteIfExists(agentLog());
        agent = target.start(
                agentLog(),
                GODWIT,
                "target-agent",
                "--listen",
                ADDRESS_B,
                "-D",
                images().toString(),
                "--auto-dedup",
                "--insecure");
        if (!Eventually.holds(LIMIT, () -> agentSays().contains("listening"))) {
            throw new IOException("the target agent does not listen: " + agentSays());
        }
    }

    /**
     * A bad connection on host-b, which leads to the agent. Give {@link #RELAY} to migrate; the caller ends it.
     *
     * @return listens already; its output is in {@link #relaySays}
     */
    Process startRelay(Relay.What what, long afterBytes) throws IOException {
        Process relay = target.start(
                directory.resolve("relay.log"),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                Checkout.file("e2e/target/test-classes").toString(),
                Relay.class.getName(),
                ADDRESS_B,
                "" + RELAY_PORT,
                "" + AGENT_PORT,
                "" + afterBytes,
                what.name());
        if (!Eventually.holds(LIMIT, () -> relaySays().contains("listens"))) {
            throw new IOException("the relay does not listen: " + relaySays());
        }
        return relay;
    }

    String relaySays() {
        return read(directory.resolve("relay.log"));
    }

    /** The target agent, and all that it makes from now on, is in a cgroup. */
    void putAgentInto(Path cgroup) throws IOException {
        for (ProcessHandle jvm : Background.jvm(agent).toList()) {
            Files.writeString(cgroup.resolve("cgroup.procs"), "" + jvm.pid());
        }
    }

    /** As by a crash of host-b's agent. */
    void killAgent() {
        Background.killJvm(agent);
        if (!Eventually.holds(LIMIT, () -> !agent.isAlive())) {
            throw new AssertionError("the target agent does not end");
        }
    }

    /** From now on the link carries so much from host-a to host-b, in the words of tc(8). */
    void slowLink(String rate) throws IOException {
        source.exec("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", rate, "burst", "256kb", "latency", "1s")
                .succeeded();
    }

    /** It carries all again. */
    void fastLink() throws IOException {
        source.exec("tc", "qdisc", "del", "dev", "eth0", "root").succeeded();
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
        return read(agentLog());
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** {@code godwit migrate PID --to host-b OPTION...} on host-a. */
    Execution migrate(int pid, String... options) throws IOException {
        return migrateTo(ADDRESS_B, pid, options);
    }

    Execution migrateTo(String address, int pid, String... options) throws IOException {
        return source.exec(command(address, pid, options));
    }

    /** {@code godwit recover} on host-a. */
    Execution recover(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(GODWIT, "recover"));
        all.addAll(List.of(arguments));
        return source.exec(all.toArray(String[]::new));
    }

    /** Kills the agent of host-a when its commit is on its way by the relay, which goes on by a line; gives the relay. */
    Process killAtTheCommit(Path log, int pid, String... options) throws IOException {
        return killAt(Relay.What.HOLD_COMMIT, "commit", log, pid, options);
    }

    /** The same when the tree stands still, and before the commit. */
    Process killInTheFreeze(Path log, int pid, String... options) throws IOException {
        return killAt(Relay.What.HOLD_RESTORE, "restore", log, pid, options);
    }

    private Process killAt(Relay.What what, String word, Path log, int pid, String... options) throws IOException {
        Held held = holdAt(what, word, MIGRATION_LIMIT, log, pid, options);
        Background.killJvm(held.migration());
        if (!Eventually.holds(LIMIT, () -> !held.migration().isAlive())) {
            throw new AssertionError("the agent does not end");
        }
        return held.relay();
    }

    /** A migration that waits until the relay gets a line. */
    record Held(Process relay, Process migration) {}

    /** Holds a migration when its commit is on its way by the relay, which must be so within a time. */
    Held holdAtTheCommit(Duration limit, Path log, int pid, String... options) throws IOException {
        return holdAt(Relay.What.HOLD_COMMIT, "commit", limit, log, pid, options);
    }

    private Held holdAt(Relay.What what, String word, Duration limit, Path log, int pid, String... options)
            throws IOException {
        Process relay = startRelay(what, Long.MAX_VALUE);
        Process migration = startMigration(log, RELAY, pid, options);
        if (!Eventually.holds(limit, () -> relaySays().contains(word))) {
            throw new AssertionError("there is no " + word + ": " + Files.readString(log));
        }
        return new Held(relay, migration);
    }

    /** The same without waiting for its end. */
    Process startMigration(Path log, String address, int pid, String... options) throws IOException {
        return source.start(log, command(address, pid, options));
    }

    private static String[] command(String address, int pid, String... options) {
        List<String> all = new ArrayList<>(INTERRUPTIBLE);
        all.addAll(List.of(GODWIT, "migrate", "" + pid, "--to", address, "--insecure"));
        if (address.equals(RELAY)) {
            // it takes one connection, and a host with many processors would open more
            all.addAll(List.of("--streams", "1"));
        }
        all.addAll(List.of(options));
        return all.toArray(String[]::new);
    }

    private Path agentLog() {
        return directory.resolve("agent.log");
    }

    @Override
    public void close() throws IOException {
        try {
            close(source);
        } finally {
            try {
                close(target);
            } finally {
                if (directory != null && Files.exists(directory)) {
                    Victim.deleteTree(directory);
                }
            }
        }
    }

    private static void close(NamespaceHost host) throws IOException {
        if (host != null) {
            host.close();
        }
    }
}
