package io.godwit.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunDelayTest {
    @Test
    void isTheSecondOfTheNumbers() {
        assertThat(RunDelay.parse("8034215 750217123 97\n")).isEqualTo(750_217_123);
    }

    @Test
    void neverFalls() {
        long before = RunDelay.nanos();
        assertThat(RunDelay.nanos()).isGreaterThanOrEqualTo(before);
    }
}
