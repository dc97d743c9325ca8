package io.godwit.source.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether what ran on one processor can run on another. */
final class Comparison {
    private final Processor needed;
    private final Processor present;
    private final List<String> differences = new ArrayList<>();

    private Comparison(Processor needed, Processor present) {
        this.needed = needed;
        this.present = present;
    }

    /** A sentence for each difference that counts; none if it can. */
    static List<String> of(Processor needed, Processor present, Set<CpuMode> modes) {
        Comparison comparison = new Comparison(needed, present);
        if (modes.contains(CpuMode.CPU)) {
            comparison.same();
        }
        if (modes.contains(CpuMode.FPU)) {
            comparison.floatingPoint();
        }
        if (modes.contains(CpuMode.INS)) {
            comparison.instructions();
        }
        return comparison.differences;
    }

    private void same() {
        if (!needed.identity().equals(present.identity())) {
            differences.add("the processor is " + present.identity() + " and not " + needed.identity());
        }
        for (CapabilityWord word : words()) {
            int different = needed.word(word) ^ present.word(word);
            if (different != 0) {
                differences.add(String.format(
                        "the features %s differ in bits 0x%08x%s", word, different, names(word, different)));
            }
        }
    }

    private void floatingPoint() {
        List<String> missing = missing();
        missing.removeIf(name -> !Instructions.floatingPoint(name));
        if (!missing.isEmpty()) {
            differences.add("the floating point unit lacks " + String.join(" ", missing));
        }
        long components = needed.stateComponents() & ~present.stateComponents();
        if (components != 0) {
            differences.add(String.format("the floating point unit has no state components 0x%x", components));
        }
    }

    private void instructions() {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            differences.add("the processor lacks the instructions " + String.join(" ", missing));
        }
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (CapabilityWord word : words()) {
            missing.addAll(Instructions.missing(word, needed.word(word), present.word(word)));
        }
        return missing;
    }

    private List<CapabilityWord> words() {
        return CapabilityWord.below(
                Math.min(needed.capabilities().size(), present.capabilities().size()));
    }

    private static String names(CapabilityWord word, int bits) {
        List<String> names = Instructions.missing(word, bits, 0);
        return names.isEmpty() ? "" : " (" + String.join(" ", names) + ")";
    }
}
