package io.godwit.source.cpu;

import io.godwit.linux.proc.CpuInfo;
import java.util.Set;
import java.util.TreeSet;

/** What a tree that moves may have found out of this processor, and so must find in the next. */
public final class ProcessorNeed {
    private ProcessorNeed() {}

    /** The names of features that must be there, as in /proc/cpuinfo. */
    public static Set<String> features(CpuInfo here, Set<CpuMode> modes) {
        if (modes.contains(CpuMode.CPU)) {
            return here.flags();
        }
        Set<String> needed = new TreeSet<>();
        for (CapabilityWord word : CapabilityWord.values()) {
            for (String name : Instructions.bits(word).keySet()) {
                boolean asked =
                        modes.contains(CpuMode.INS) || modes.contains(CpuMode.FPU) && Instructions.floatingPoint(name);
                if (asked && here.flags().contains(name)) {
                    needed.add(name);
                }
            }
        }
        return needed;
    }
}
