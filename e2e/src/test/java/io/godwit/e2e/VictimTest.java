package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What fails here fails without Godwit. */
class VictimTest {
    @ParameterizedTest
    @MethodSource("io.godwit.e2e.Victim#all")
    void everyVictimPassesWhereItIs(String name) throws IOException, InterruptedException {
        try (Victim victim = Victim.of(name)) {
            Process process = new ProcessBuilder(victim.command()).start();
            victim.awaitReady();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }
}
