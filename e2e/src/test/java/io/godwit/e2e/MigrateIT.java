package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every victim moves between two hosts while it works and does not notice. */
class MigrateIT {
    private static TwoHosts hosts;

    @BeforeAll
    static void startHosts() throws IOException {
        hosts = TwoHosts.start();
    }

    @AfterAll
    static void stopHosts() throws IOException {
        hosts.close();
    }

    @ParameterizedTest
    @MethodSource("io.godwit.e2e.Victim#all")
    void aVictimIsTheSameOnTheOtherHost(String name) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = hosts.source().spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> before = Picture.of(hosts.source(), pid);

            Execution migration = hosts.migrate(pid);
            assertThat(migration.code())
                    .as("%s\nthe agent: %s", migration.output(), hosts.agentSays())
                    .isZero();

            List<String> after = Picture.of(hosts.target(), pid);
            assertSoftly(softly -> {
                softly.assertThat(hosts.source().runs(pid)).as("runs on host-a").isFalse();
                softly.assertThat(victim.verdict()).isEqualTo("pass");
                softly.assertThat(Picture.changes(before, after)).isEmpty();
            });
        }
    }
}
