package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The connection is lost in the commit: the tree runs on one host at most, and the message says how to have it run on one. */
class HandoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @RegisterExtension
    private final TwoHosts hosts = new TwoHosts();

    private Victim victim;
    private int pid;

    @BeforeEach
    void startVictim() throws IOException {
        assertThat(Relay.COMMIT).isEqualTo((byte) FrameType.COMMIT.ordinal());
        assertThat(Relay.RESTORE).isEqualTo((byte) FrameType.RESTORE.ordinal());
        assertThat(Relay.COMMIT_BYTES).isEqualTo(Frame.HEADER_BYTES);
        victim = Victim.of("threads");
        pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
    }

    @AfterEach
    void stop() throws IOException {
        victim.close();
    }

    @Test
    void aCommitThatDoesNotArriveLeavesTheTreeStoppedHereAndNothingThere() throws IOException {
        String words = migrateBy(Relay.What.LOSE_COMMIT);

        assertStoppedHere();
        assertThat(Eventually.holds(LIMIT, () -> !hosts.target().runs(pid))).isTrue();
        assertThat(words).contains("runs on by: kill -CONT " + pid, "godwit recover " + pid + " --here");
        hosts.source().exec("kill", "-CONT", "" + pid).succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aTreeWhoseTargetCanNotSayThatItRunsStaysStoppedHere() throws IOException {
        migrateBy(Relay.What.LOSE_ANSWER);

        assertStoppedHere();
        assertThat(hosts.target().runs(pid)).as("it runs at the target").isTrue();
        assertThat(victim.verdict()).isEqualTo("pass");
        assertStoppedHere();
    }

    @Test
    void aSourceThatIsKilledAtTheCommitNeverRunsTheTreeBesideTheTarget() throws IOException {
        Process relay = hosts.killAtTheCommit(log(), pid);
        assertStoppedHere();
        relay.outputWriter().append('\n').flush();
        assertThat(Eventually.holds(LIMIT, () -> hosts.agentSays().contains("the tree runs here")))
                .as(hosts.agentSays())
                .isTrue();
        assertStoppedHere();

        assertThat(hosts.recover().succeeded().output())
                .contains("process " + pid + " to " + TwoHosts.RELAY, "look at the target");
        assertThat(hosts.migrate(pid).output()).contains("an earlier migration", "see godwit recover");
        hosts.recover("" + pid, "--there").succeeded();

        assertThat(hosts.source().lives(pid)).as("it is gone from here").isFalse();
        assertThat(hosts.recover().succeeded().output()).isEmpty();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aSourceThatIsKilledBeforeItsCommitArrivesCanGoOnHere() throws IOException {
        Process relay = hosts.killAtTheCommit(log(), pid);
        loseRelay(relay);
        assertStoppedHere();

        hosts.recover("" + pid, "--here").succeeded();

        assertThat(hosts.recover().succeeded().output()).isEmpty();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    /** An operator has let it go on by hand; the journal stays until it is said so. */
    @Test
    void aTreeThatRunsHereIsNotEnded() throws IOException {
        Process relay = hosts.killAtTheCommit(log(), pid);
        loseRelay(relay);
        hosts.source().exec("kill", "-CONT", "" + pid).succeeded();

        Execution refused = hosts.recover("" + pid, "--there");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("process " + pid + " runs here", "godwit recover " + pid + " --here");
        hosts.recover("" + pid, "--here").succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aSourceThatIsKilledInTheFreezeLeavesTheTreeToRunOn() throws IOException {
        Process relay = hosts.killInTheFreeze(log(), pid);
        loseRelay(relay);

        assertThat(hosts.recover().succeeded().output()).isEmpty();
        hosts.migrate(pid).succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void thereIsNothingToRecoverAfterAMigration() throws IOException {
        hosts.migrate(pid).succeeded();

        assertThat(hosts.recover().succeeded().output()).isEmpty();
        Execution refused = hosts.recover("" + pid, "--here");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("nothing to put right of a migration of process " + pid);
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    private void loseRelay(Process relay) {
        relay.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(Eventually.holds(LIMIT, () -> !hosts.target().runs(pid))).isTrue();
    }

    private Path log() {
        return victim.directory().resolve("migration.log");
    }

    private String migrateBy(Relay.What what) throws IOException {
        hosts.startRelay(what, Long.MAX_VALUE);
        Execution migration = hosts.migrateTo(TwoHosts.RELAY, pid);
        assertThat(hosts.relaySays()).as(migration.output()).contains("commit");
        assertThat(migration.code()).as(migration.output()).isEqualTo(3);
        assertThat(migration.output())
                .contains("must run on one host only", "end the target agent first")
                .doesNotContain("\tat ");
        return migration.output();
    }

    private void assertStoppedHere() throws IOException {
        String state = hosts.source().exec("ps", "-o", "stat=", "-p", "" + pid).output();
        assertThat(state.strip()).startsWith("T");
    }
}
