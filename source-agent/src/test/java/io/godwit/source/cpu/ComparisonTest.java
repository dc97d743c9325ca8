package io.godwit.source.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.proto.CpuinfoX86Entry.Vendor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final int SSE4_2 = 1 << 20;
    private static final int XSAVE = 1 << 26;
    private static final int AVX2 = 1 << 5;
    private static final int SMEP = 1 << 7;

    private final Processor old = processor(Vendor.AMD, 23, SSE4_2 | XSAVE, 0, 0x7);
    private final Processor young = processor(Vendor.AMD, 25, SSE4_2 | XSAVE, AVX2 | SMEP, 0xe7);

    @Test
    void aProcessorCanDoWhatItselfCan() {
        assertThat(Comparison.of(young, young, EnumSet.allOf(CpuMode.class))).isEmpty();
    }

    @Test
    void upwardsGoesAndDownwardsNot() {
        Set<CpuMode> modes = CpuMode.parse(CpuMode.DEFAULT);
        assertThat(Comparison.of(old, young, modes)).isEmpty();
        assertThat(Comparison.of(young, old, modes))
                .containsExactly(
                        "the floating point unit has no state components 0xe0",
                        "the processor lacks the instructions avx2");
    }

    @Test
    void eachModeLooksAtItsPartAlone() {
        Processor bare = processor(Vendor.AMD, 25, SSE4_2, AVX2 | SMEP, 0xe7);
        assertThat(Comparison.of(young, bare, Set.of(CpuMode.FPU)))
                .containsExactly("the floating point unit lacks xsave");
        assertThat(Comparison.of(young, old, Set.of(CpuMode.INS)))
                .containsExactly("the processor lacks the instructions avx2");
        assertThat(Comparison.of(young, old, Set.of())).isEmpty();
    }

    @Test
    void theSameMeansMakerAndEveryFeature() {
        Processor other = processor(Vendor.INTEL, 6, SSE4_2 | XSAVE, AVX2, 0xe7);
        assertThat(Comparison.of(young, other, Set.of(CpuMode.CPU)))
                .containsExactly(
                        "the processor is INTEL family 6 model 1 and not AMD family 25 model 1",
                        "the features STRUCTURED_EBX differ in bits 0x00000080");
        assertThat(Comparison.of(young, other, CpuMode.parse("ins"))).isEmpty();
    }

    @Test
    void theWordsOfAnOldImageAreEnough() {
        Processor first =
                new Processor(Vendor.AMD, 25, 1, 0, young.capabilities().subList(0, 12), "", 0, 0, 0);
        assertThat(Comparison.of(first, young, EnumSet.allOf(CpuMode.class))).isEmpty();
    }

    @Test
    void anImageGivesBackTheProcessor() throws IOException {
        assertThat(Processor.of(young.entry())).isEqualTo(young);
    }

    private static Processor processor(Vendor vendor, int family, int basic, int structured, long components) {
        List<Integer> words = new ArrayList<>(Collections.nCopies(CapabilityWord.COUNT, 0));
        words.set(CapabilityWord.BASIC_ECX.index(), basic);
        words.set(CapabilityWord.STRUCTURED_EBX.index(), structured);
        return new Processor(vendor, family, 1, 2, words, "a model", components, 832, 2440);
    }
}
