package io.godwit.source.cpu;

import io.godwit.source.options.OptionException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** In what a processor must be like that of an image. */
public enum CpuMode {
    /** The same maker, family and model, with the same features. */
    CPU,
    /** It can hold the floating point state. */
    FPU,
    /** It has all the instructions. */
    INS;

    /** What is compared when nobody says otherwise. */
    public static final String DEFAULT = "fpu,ins";

    /**
     * Reads a list of {@code cpu}, {@code fpu}, {@code ins}, {@code all} and {@code none}, with commas between. {@code ^} takes
     * the word after it away; a list that begins with it takes away from all.
     *
     * @throws OptionException if a word is none of these
     */
    public static Set<CpuMode> parse(String list) {
        Set<CpuMode> modes = list.startsWith("^") ? EnumSet.allOf(CpuMode.class) : EnumSet.noneOf(CpuMode.class);
        for (String word : list.split(",", -1)) {
            boolean taken = word.startsWith("^");
            String name = taken ? word.substring(1) : word;
            if (name.equals("none")) {
                modes.clear();
                if (taken) {
                    Collections.addAll(modes, values());
                }
            } else if (taken) {
                modes.removeAll(named(name));
            } else {
                modes.addAll(named(name));
            }
        }
        return modes;
    }

    private static Set<CpuMode> named(String name) {
        return switch (name) {
            case "cpu" -> EnumSet.of(CPU);
            case "fpu" -> EnumSet.of(FPU);
            case "ins" -> EnumSet.of(INS);
            case "all" -> EnumSet.allOf(CpuMode.class);
            default -> throw new OptionException("--cpu-cap: '" + name + "' is none of cpu, fpu, ins, all and none");
        };
    }
}
