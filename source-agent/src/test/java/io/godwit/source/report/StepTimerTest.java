package io.godwit.source.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class StepTimerTest {
    @Test
    void stepsFollowEachOtherWithoutAGap() {
        StepTimer timer = new StepTimer(2, clock(5_000_000, 6_500_999, 9_000_000));
        timer.begin("freeze");
        timer.begin("collect state");
        timer.end();
        assertThat(timer.steps(Step.Side.SOURCE))
                .containsExactly(Step.source("freeze", 0, 1_500), Step.source("collect state", 1_500, 2_500));
        assertThat(timer.totalNanos()).isEqualTo(4_000_000);
    }

    @Test
    void theStepsAddUpToTheTotal() {
        StepTimer timer = new StepTimer(3, clock(0, 1_999, 3_998, 5_997));
        timer.begin("a");
        timer.begin("b");
        timer.begin("c");
        timer.end();
        long sum =
                timer.steps(Step.Side.TARGET).stream().mapToLong(Step::micros).sum();
        assertThat(sum).isEqualTo(timer.totalNanos() / 1000);
    }

    @Test
    void aStepTooManyIsAMistakeOfTheProgram() {
        StepTimer timer = new StepTimer(1, () -> 0);
        timer.begin("a");
        assertThatThrownBy(() -> timer.begin("b")).hasMessageContaining("no room for step 'b'");
    }

    @Test
    void nothingIsToldBeforeTheEnd() {
        StepTimer timer = new StepTimer(1, () -> 0);
        timer.begin("a");
        assertThatThrownBy(() -> timer.steps(Step.Side.SOURCE)).isInstanceOf(IllegalStateException.class);
    }

    private static LongSupplier clock(long... nanos) {
        return Arrays.stream(nanos).iterator()::nextLong;
    }
}
