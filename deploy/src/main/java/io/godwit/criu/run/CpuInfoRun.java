package io.godwit.criu.run;

import io.godwit.criu.options.CriuOptions;
import io.godwit.source.cpu.CpuImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@code cpuinfo}, and the option --cpu-cap of dump and restore. */
final class CpuInfoRun {
    private CpuInfoRun() {}

    static void dump(CriuOptions options) throws IOException {
        CpuImage.dump(options.directories().images());
    }

    static void check(CriuOptions options) throws IOException {
        Path images = options.directories().images();
        List<String> differences = CpuImage.check(images, options.processor().modes());
        if (!differences.isEmpty()) {
            throw new IOException("this processor is not up to that of the images: " + String.join("; ", differences));
        }
    }
}
