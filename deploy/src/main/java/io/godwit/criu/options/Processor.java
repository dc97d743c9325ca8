package io.godwit.criu.options;

import io.godwit.source.cpu.CpuMode;
import java.util.Set;

/**
 * What a processor is compared by.
 *
 * @param image the image cpuinfo.img is written and read too
 */
public record Processor(Set<CpuMode> modes, boolean image) {
    static Processor of(Values values) {
        String list = values.text(CriuOption.CPU_CAP)
                .map(text -> text.isEmpty() ? "all" : text)
                .orElse(CpuMode.DEFAULT);
        Set<CpuMode> modes = CpuMode.parse(list);
        return new Processor(modes, values.has(CriuOption.CPU_CAP) && !modes.isEmpty());
    }
}
