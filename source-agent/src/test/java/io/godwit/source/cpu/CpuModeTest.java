package io.godwit.source.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.options.OptionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuModeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cpu       | CPU
            fpu,ins   | FPU INS
            ins,fpu   | FPU INS
            all       | CPU FPU INS
            none      | ''
            ^cpu      | FPU INS
            ^cpu,^fpu | INS
            all,^ins  | CPU FPU
            fpu,^fpu  | ''
            ^none     | CPU FPU INS
            ^all      | ''
            ^cpu,cpu  | CPU FPU INS
            """)
    void listsAddAndTakeAway(String list, String modes) {
        assertThat(CpuMode.parse(list).stream().map(CpuMode::name).collect(Collectors.joining(" ")))
                .isEqualTo(modes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cpu,", "CPU", "^", "cpu ins"})
    void anythingElseIsRefused(String list) {
        assertThatThrownBy(() -> CpuMode.parse(list))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("none of cpu, fpu, ins, all and none");
    }

    @Test
    void byDefaultTheStateMustFitAndTheInstructionsBeThere() {
        assertThat(CpuMode.parse(CpuMode.DEFAULT)).containsExactly(CpuMode.FPU, CpuMode.INS);
    }
}
