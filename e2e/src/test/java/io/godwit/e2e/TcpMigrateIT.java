package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server moves with its address while a client on a third host talks with it through a bridge, and the talk goes on. */
class TcpMigrateIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long SOME_BYTES = 400_000;
    /** So much has been sent only after the pre-flight. */
    private static final long FIRST_ROUND = 100_000;

    private static final String IPV4 = "10.79.0.10";
    private static final String IPV6 = "fd00:79::10";

    @TempDir
    private Path directory;

    @RegisterExtension
    private final TwoHosts hosts = new TwoHosts();

    private NamespaceHost client;
    private Victim victim;
    private Process talk;
    private int pid;
    private String port;

    @BeforeEach
    void startHosts() throws IOException {
        client = NamespaceHost.start("host-c", 40000);
        NamespaceHost.link(hosts.source(), "lan", client, "port-a");
        NamespaceHost.link(hosts.target(), "lan", client, "port-b");
        client.exec("ip", "link", "add", "lan", "type", "bridge").succeeded();
        for (String port : List.of("port-a", "port-b")) {
            client.exec("ip", "link", "set", port, "master", "lan", "up").succeeded();
        }
        address(client, "10.79.0.100/24", "fd00:79::100/64");
        address(hosts.source(), "10.79.0.1/24", "fd00:79::1/64");
        address(hosts.target(), "10.79.0.2/24", "fd00:79::2/64");
        address(hosts.source(), IPV4 + "/24", IPV6 + "/64");
        victim = Victim.of("talker");
    }

    private static void address(NamespaceHost host, String v4, String v6) throws IOException {
        host.exec("ip", "link", "set", "lan", "up").succeeded();
        host.exec("ip", "address", "add", v4, "dev", "lan").succeeded();
        host.exec("ip", "address", "add", v6, "dev", "lan", "nodad").succeeded();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        victim.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, IPV6})
    void theAddressMovesWithTheServerAndTheTalkGoesOn(String address) throws Exception {
        startTalk(address);

        hosts.migrate(pid, "--tcp-established", "--move-addresses").succeeded();

        assertWhole();
        assertThat(addresses(hosts.source())).doesNotContain(address + "/");
        assertThat(addresses(hosts.target())).contains(address + "/");
        assertUnlocked();
    }

    @Test
    void anAddressThatIsNotAtTheTargetIsRefusedAndTheTalkGoesOn() throws Exception {
        startTalk(IPV4);

        assertRefused("--tcp-established");
        assertRefused("--move-addresses", "--tcp-established");
        hosts.target().exec("ip", "address", "add", IPV4 + "/32", "dev", "lo").succeeded();
        assertRefused("here already", "--tcp-established", "--move-addresses");
        hosts.target().exec("ip", "address", "del", IPV4 + "/32", "dev", "lo").succeeded();
        hosts.target().exec("ip", "link", "set", "lan", "down").succeeded();
        hosts.target().exec("ip", "address", "flush", "dev", "lan").succeeded();
        assertRefused("no interface has an address", "--tcp-established", "--move-addresses");

        assertWhole();
        assertUnlocked();
    }

    @Test
    void anAddressThatIsInUseAtTheTargetIsFoundBeforeTheTreeIsTouched() throws Exception {
        startTalk(IPV4);
        Process other = takePort();

        assertRefused("is in use here", "--tcp-established", "--move-addresses", "--dry-run");
        assertRefused("is in use here", "--tcp-established", "--move-addresses");

        assertWhole();
        other.destroy();
    }

    /** The port is taken after the pre-flight. */
    @Test
    void aMigrationThatFailsInTheFreezeLeavesTheTalkAlone() throws Exception {
        startTalk(IPV4);
        Process relay = hosts.startRelay(Relay.What.HOLD, FIRST_ROUND);
        Path log = directory.resolve("migration.log");
        Process migration = hosts.startMigration(log, TwoHosts.RELAY, pid, "--tcp-established", "--move-addresses");
        assertThat(Eventually.holds(LIMIT, () -> hosts.relaySays().contains("reached")))
                .isTrue();
        Process other = takePort();
        relay.getOutputStream().write('\n');
        relay.getOutputStream().flush();

        assertThat(migration.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(migration.exitValue()).isEqualTo(1);
        assertThat(log).content().contains("cannot bind", "in use");
        assertThat(addresses(hosts.source())).contains(IPV4 + "/");
        assertUnlocked();
        assertWhole();
        other.destroy();
    }

    /** Another program listens at the target where the tree does. */
    private Process takePort() throws IOException {
        Path taken = directory.resolve("taken.log");
        String listen = "import socket; s = socket.socket(socket.AF_INET6); s.bind(('::', " + port + ")); s.listen();"
                + " print('taken', flush=True); input()";
        Process other = hosts.target().start(taken, "python3", "-c", listen);
        assertThat(Eventually.holds(LIMIT, () -> says(taken, "taken"))).isTrue();
        return other;
    }

    /** What the message says is done by hand, and the talk goes on. */
    @Test
    void afterACommitThatDidNotArriveTheTalkCanGoOnHere() throws Exception {
        startTalk(IPV4);

        String words = migrateBy(Relay.What.LOSE_COMMIT);

        assertThat(words).contains("kill -CONT " + pid, "nft delete table inet godwit-" + pid);
        hosts.source().exec("nft", "delete", "table", "inet", "godwit-" + pid).succeeded();
        hosts.source().exec("kill", "-CONT", "" + pid).succeeded();
        assertWhole();
        assertUnlocked();
    }

    @Test
    void afterAnAnswerThatWasLostTheTalkCanGoOnThere() throws Exception {
        startTalk(IPV4);

        String words = migrateBy(Relay.What.LOSE_ANSWER);

        assertThat(words).contains("if it runs there, take from this host: " + IPV4 + "/24");
        hosts.source().exec("ip", "address", "del", IPV4 + "/24", "dev", "lan").succeeded();
        assertWhole();
    }

    /** The agent has silenced the connections before, and nobody else has told the kernel to go on with them. */
    @Test
    void afterASourceThatWasKilledAtTheCommitTheTalkCanGoOnHere() throws Exception {
        startTalk(IPV4);
        Process relay =
                hosts.killAtTheCommit(directory.resolve("migration.log"), pid, "--tcp-established", "--move-addresses");
        relay.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(Eventually.holds(LIMIT, () -> !hosts.target().runs(pid))).isTrue();

        hosts.recover("" + pid, "--here").succeeded();

        assertThat(Eventually.holds(LIMIT, () -> tables(hosts.target()).isEmpty()))
                .isTrue();
        assertUnlocked();
        assertWhole();
    }

    /** The tree runs on by itself, and its connections are still locked. */
    @Test
    void afterASourceThatWasKilledInTheFreezeTheTalkCanGoOnHere() throws Exception {
        startTalk(IPV4);
        Process relay =
                hosts.killInTheFreeze(directory.resolve("migration.log"), pid, "--tcp-established", "--move-addresses");
        relay.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(tables(hosts.source())).contains("godwit-" + pid);

        hosts.recover("" + pid, "--here").succeeded();

        assertThat(Eventually.holds(LIMIT, () -> tables(hosts.target()).isEmpty()))
                .isTrue();
        assertUnlocked();
        assertWhole();
    }

    @Test
    void afterASourceThatWasKilledAtTheCommitTheTalkCanGoOnThere() throws Exception {
        startTalk(IPV4);
        Process relay =
                hosts.killAtTheCommit(directory.resolve("migration.log"), pid, "--tcp-established", "--move-addresses");
        relay.outputWriter().append('\n').flush();
        assertThat(Eventually.holds(LIMIT, () -> hosts.agentSays().contains("the tree runs here")))
                .isTrue();

        hosts.recover("" + pid, "--there").succeeded();

        assertThat(addresses(hosts.source())).doesNotContain(IPV4 + "/");
        assertWhole();
        assertUnlocked();
    }

    /** Whoever owns the table of the lock keeps others from removing it. */
    @Test
    void aTargetThatCanNotUnlockTheConnectionsGivesThemUpAndTheTalkGoesOnHere() throws Exception {
        startTalk(IPV4);
        Path log = directory.resolve("migration.log");
        TwoHosts.Held held = hosts.holdAtTheCommit(LIMIT, log, pid, "--tcp-established", "--move-addresses");
        Process owner = ownLock(hosts.target());
        held.relay().outputWriter().append('\n').flush();

        assertThat(Eventually.holds(LIMIT, () -> !held.migration().isAlive())).isTrue();
        assertThat(Files.readString(log)).contains("can not be unlocked at the target", "Operation not permitted");
        assertThat(held.migration().exitValue()).isEqualTo(1);
        owner.outputWriter().close();
        assertThat(addresses(hosts.source())).contains(IPV4 + "/");
        assertThat(addresses(hosts.target())).doesNotContain(IPV4 + "/");
        assertThat(Eventually.holds(LIMIT, () -> !hosts.target().runs(pid))).isTrue();
        assertWhole();
        assertThat(Eventually.holds(LIMIT, () -> tables(hosts.target()).isEmpty()))
                .isTrue();
        assertUnlocked();
    }

    /** What can not be locked both ways is told, and the tree stands still nevertheless. */
    @Test
    void connectionsThatCanNotBeLeftLockedLeaveTheTreeStopped() throws Exception {
        startTalk(IPV4);
        Path log = directory.resolve("migration.log");
        TwoHosts.Held held = hosts.holdAtTheCommit(LIMIT, log, pid, "--tcp-established", "--move-addresses");
        Process owner = ownLock(hosts.source());
        held.relay().descendants().forEach(ProcessHandle::destroyForcibly);

        assertThat(Eventually.holds(LIMIT, () -> !held.migration().isAlive())).isTrue();
        assertThat(Files.readString(log)).contains("not all of its TCP connections could be locked here");
        assertThat(held.migration().exitValue()).isEqualTo(3);
        String state = hosts.source().exec("ps", "-o", "stat=", "-p", "" + pid).output();
        assertThat(state.strip()).startsWith("T");
        owner.outputWriter().close();
        assertThat(Eventually.holds(LIMIT, () -> tables(hosts.source()).isEmpty()))
                .isTrue();
        hosts.recover("" + pid, "--here").succeeded();
        assertWhole();
    }

    /** Makes the lock of a host another's, which ends it when its input does. */
    private Process ownLock(NamespaceHost host) throws IOException {
        String table = "table inet godwit-" + pid;
        host.exec("nft", "delete " + table).succeeded();
        Process owner = host.start(directory.resolve("owner.log"), "nft", "-i");
        owner.outputWriter().append("add " + table + " { flags owner; }\n").flush();
        assertThat(Eventually.holds(LIMIT, () -> tables(host).contains("godwit-")))
                .isTrue();
        return owner;
    }

    private static String tables(NamespaceHost host) {
        try {
            return host.exec("nft", "list", "tables").succeeded().output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String migrateBy(Relay.What what) throws IOException {
        hosts.startRelay(what, Long.MAX_VALUE);
        Execution migration = hosts.migrateTo(TwoHosts.RELAY, pid, "--tcp-established", "--move-addresses");
        assertThat(migration.code()).as(migration.output()).isEqualTo(3);
        return migration.output();
    }

    private void startTalk(String address) throws IOException {
        Files.writeString(victim.directory().resolve("address"), address.contains(":") ? address : "::ffff:" + address);
        pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
        port = Files.readString(victim.directory().resolve("port"));
        talk = client.start(
                log(),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                Checkout.file("e2e/target/test-classes").toString(),
                Talk.class.getName(),
                address,
                port);
        assertGoesOn();
    }

    private Path log() {
        return directory.resolve("talk.log");
    }

    private List<String> lines() {
        try {
            String all = Files.exists(log()) ? Files.readString(log()) : "";
            return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long[] counts() {
        List<String> lines =
                lines().stream().filter(line -> !line.equals("end")).toList();
        if (lines.isEmpty()) {
            return new long[2];
        }
        String[] words = lines.get(lines.size() - 1).split(" ");
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
    }

    private void assertGoesOn() {
        long[] before = counts();
        boolean on = Eventually.holds(LIMIT, () -> {
            long[] now = counts();
            return now[0] > before[0] + SOME_BYTES && now[1] > before[1] + SOME_BYTES;
        });
        assertThat(on).as("%s", lines()).isTrue();
    }

    private void assertWhole() throws Exception {
        assertGoesOn();
        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(Eventually.holds(LIMIT, () -> !talk.isAlive())).isTrue();
        List<String> lines = lines();
        String sent = Files.readString(victim.directory().resolve("sent"));
        String received = Files.readString(victim.directory().resolve("received"));
        assertThat(lines.subList(lines.size() - 2, lines.size())).containsExactly(sent + " " + received + " -", "end");
    }

    private void assertRefused(String because, String... options) throws IOException {
        Execution refused = hosts.migrate(pid, options);
        assertThat(refused.code()).as(refused.output()).isEqualTo(1);
        assertThat(refused.output()).contains(because);
    }

    private static boolean says(Path log, String word) {
        try {
            return Files.readString(log).contains(word);
        } catch (IOException e) {
            return false;
        }
    }

    private static String addresses(NamespaceHost host) throws IOException {
        return host.exec("ip", "address", "show", "dev", "lan").succeeded().output();
    }

    private void assertUnlocked() throws IOException {
        for (NamespaceHost host : List.of(hosts.source(), hosts.target())) {
            assertThat(tables(host)).doesNotContain("godwit-");
        }
    }
}
