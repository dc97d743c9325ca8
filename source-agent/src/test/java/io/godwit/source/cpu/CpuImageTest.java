package io.godwit.source.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.CpuinfoEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuImageTest {
    private static final Path CRIT = Path.of("/usr/bin/crit");

    @TempDir
    Path directory;

    @Test
    void theProcessorIsTheOneOfProcCpuinfo() throws IOException {
        Processor here = ThisProcessor.ask();
        Map<String, String> told = cpuinfo();
        assertThat(here.family()).hasToString(told.get("cpu family"));
        assertThat(here.modelNumber()).hasToString(told.get("model"));
        assertThat(here.stepping()).hasToString(told.get("stepping"));
        assumeThat(told.get("flags").contains(" hypervisor") && !here.model().equals(told.get("model name")))
                .as("on some hypervisors programs see another processor than the kernel")
                .isFalse();
        assertThat(here.model()).isEqualTo(told.get("model name"));
    }

    /** The kernel may hide a feature that the processor has, but shows none that it has not. */
    @Test
    void itHasEveryInstructionThatTheKernelShows() throws IOException {
        Processor here = ThisProcessor.ask();
        Set<String> flags = Set.of(cpuinfo().get("flags").split(" +"));
        assertThat(flags).contains("fpu", "sse2", "lm");
        for (CapabilityWord word : CapabilityWord.values()) {
            Instructions.bits(word).forEach((name, bit) -> {
                if (flags.contains(name)) {
                    assertThat(here.word(word) >>> bit & 1).as(name).isOne();
                }
            });
        }
    }

    @Test
    void theImageOfThisProcessorFitsThisProcessor() throws IOException {
        assertThat(CpuImage.dump(directory)).isRegularFile().hasFileName("cpuinfo.img");
        assertThat(CpuImage.check(directory, EnumSet.allOf(CpuMode.class))).isEmpty();
    }

    @Test
    void critReadsTheImage() throws Exception {
        assumeTrue(Files.isExecutable(CRIT), "crit is not installed");
        Path image = CpuImage.dump(directory);
        Process crit = new ProcessBuilder(CRIT.toString(), "show", image.toString())
                .redirectErrorStream(true)
                .start();
        String shown = new String(crit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(crit.waitFor()).as(shown).isZero();
        assertThat(shown)
                .contains(
                        "\"magic\": \"CPUINFO\"",
                        "\"capability_ver\": 2",
                        "\"cpu_family\": " + cpuinfo().get("cpu family"));
    }

    @Test
    void aMissingOrForeignImageIsTold() throws IOException {
        assertThatThrownBy(() -> CpuImage.check(directory, Set.of()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("cpuinfo.img");
        Files.write(
                directory.resolve("cpuinfo.img"),
                ImageEncoder.encode(ImageKind.CPUINFO, List.of(CpuinfoEntry.getDefaultInstance())));
        assertThatThrownBy(() -> CpuImage.check(directory, Set.of()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("another architecture");
    }

    private static Map<String, String> cpuinfo() throws IOException {
        Map<String, String> first = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                first.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return first;
    }
}
