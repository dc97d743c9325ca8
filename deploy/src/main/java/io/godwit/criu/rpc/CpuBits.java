package io.godwit.criu.rpc;

import java.util.ArrayList;
import java.util.List;

/** The bits of cpu_cap as the words of --cpu-cap; -1, the schema's default, has them all. */
final class CpuBits {
    private static final int FPU = 1;
    private static final int CPU = 2;
    private static final int INS = 4;

    private CpuBits() {}

    static String words(int bits) {
        List<String> words = new ArrayList<>();
        if ((bits & CPU) != 0) {
            words.add("cpu");
        }
        if ((bits & FPU) != 0) {
            words.add("fpu");
        }
        if ((bits & INS) != 0) {
            words.add("ins");
        }
        return words.isEmpty() ? "none" : String.join(",", words);
    }
}
