package io.godwit.source.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.CpuInfo;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorNeedTest {
    /** The last two are nothing that a program uses by itself. */
    private static final CpuInfo HERE =
            new CpuInfo("X family 6 model 1", Set.of("fpu", "fxsr", "xsave", "avx2", "hypervisor", "vmx"));

    @ParameterizedTest
    @CsvSource({
        "'fpu,ins', 'avx2 fpu fxsr xsave'",
        "fpu, 'fpu fxsr xsave'",
        "none, ''",
        "all, 'avx2 fpu fxsr hypervisor vmx xsave'",
        "^cpu, 'avx2 fpu fxsr xsave'"
    })
    void eachModeAsksForItsPart(String list, String features) {
        assertThat(ProcessorNeed.features(HERE, CpuMode.parse(list)).stream().sorted())
                .containsExactly(features.isEmpty() ? new String[0] : features.split(" "));
    }
}
