package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The hosted build under the address sanitizer; {@code make -C native asan-fuzz} runs longer. */
class InterpreterFuzzTest {
    private static final int PROGRAMS = 50_000;

    @Test
    void noRandomProgramMakesTheInterpreterLeaveItsArena() throws Exception {
        long seed = System.nanoTime();
        Process fuzz = new ProcessBuilder(
                        "target/native/asan-fuzz", Long.toUnsignedString(seed), Integer.toString(PROGRAMS))
                .redirectErrorStream(true)
                .start();
        String output = new String(fuzz.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(fuzz.waitFor()).as("seed %d: %s", seed, output).isZero();
        assertThat(output).as("some programs run to their end").containsPattern("status 1: [1-9]");
    }
}
