package io.godwit.cli.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PausesTest {
    @Test
    void growUntilOneAttemptSucceeds() {
        Pauses pauses = new Pauses();

        assertThat(Stream.generate(pauses::next).limit(8).map(Duration::toSeconds))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        pauses.reset();
        assertThat(pauses.next()).isEqualTo(Duration.ofSeconds(1));
    }
}
