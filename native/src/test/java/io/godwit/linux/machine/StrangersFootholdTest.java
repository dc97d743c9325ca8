package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrangersFootholdTest {
    private static final String URGENT = "0000000000400000";
    private static final String WINDOW = "0000000008000000";
    private static final String NONE = "0000000000000000";
    private static final String ALL = "ffffffffffffffff";

    @ParameterizedTest
    @CsvSource({
        NONE + "," + NONE + "," + NONE + ", 23",
        URGENT + "," + NONE + "," + NONE + ", 28",
        NONE + "," + URGENT + "," + NONE + ", 28",
        NONE + "," + URGENT + "," + WINDOW + ", 17",
        NONE + "," + NONE + "," + ALL + ", 23",
        NONE + "," + URGENT + "," + ALL + ", 28",
        URGENT + "," + ALL + "," + ALL + ", 28",
        ALL + "," + NONE + "," + NONE + ", 23"
    })
    void aThreadTellsByASignalThatDoesNothing(String caught, String pending, String blocked, int signal) {
        assertThat(StrangersFoothold.signal(status(caught, pending, NONE, blocked)))
                .isEqualTo(signal);
        assertThat(StrangersFoothold.signal(status(caught, NONE, pending, blocked)))
                .isEqualTo(signal);
    }

    private static ProcStatus status(String caught, String ofThread, String ofProcess, String blocked) {
        return ProcStatus.parse(String.join(
                "\n", "SigCgt:\t" + caught, "SigPnd:\t" + ofThread, "ShdPnd:\t" + ofProcess, "SigBlk:\t" + blocked));
    }
}
