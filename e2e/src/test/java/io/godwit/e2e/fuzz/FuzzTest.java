package io.godwit.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers may have written is read without a crash, a hang, a flood of memory or a stray file. */
class FuzzTest {
    /** For all targets together; by hand it is longer: deploy/fuzz. */
    private static final int SECONDS = 60;

    private static final Path CORPUS = Checkout.file("e2e/src/test/resources/fuzz");
    private static final Map<String, FuzzTargets.Maker> TARGETS = FuzzTargets.all(CORPUS);

    static Stream<String> targets() {
        return TARGETS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatOnceWasADefectIsNoneAnyMore(String name) throws IOException {
        try (FuzzTarget target = TARGETS.get(name).make();
                Fuzzer fuzzer = new Fuzzer()) {
            for (Map.Entry<String, byte[]> input :
                    new Corpus(CORPUS).found(name).entrySet()) {
                fuzzer.read(target, input.getValue(), input.getKey());
            }
        }
    }

    /** Otherwise nothing that is made of them would get far. */
    @ParameterizedTest
    @ValueSource(strings = {"images", "plan"})
    void theDumpsThatInputsAreMadeOfAreGood(String name) throws IOException {
        try (FuzzTarget target = TARGETS.get(name).make();
                Fuzzer fuzzer = new Fuzzer()) {
            for (byte[] dump : new Corpus(CORPUS).dumps()) {
                fuzzer.read(target, dump, name);
            }
            assertThat(fuzzer.refused()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void randomInputsAreReadOrRefusedWithWords(String name) throws IOException {
        long seed = System.nanoTime();
        try (FuzzTarget target = TARGETS.get(name).make();
                Fuzzer fuzzer = new Fuzzer()) {
            fuzzer.run(target, seed, SECONDS / TARGETS.size());
            assertThat(fuzzer.refused())
                    .as("refused of %d from seed %d", fuzzer.inputs(), seed)
                    .isBetween(1L, fuzzer.inputs() - 1);
        }
    }
}
