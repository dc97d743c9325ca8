package io.godwit.source.cpu;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.CpuinfoEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The image of a processor, cpuinfo.img. */
public final class CpuImage {
    private CpuImage() {}

    /** Writes the image of this processor; gives its file. */
    public static Path dump(Path directory) throws IOException {
        byte[] image = ImageEncoder.encode(
                ImageKind.CPUINFO, List.of(ThisProcessor.ask().entry()));
        return Files.write(directory.resolve(ImageKind.CPUINFO.fileName()), image);
    }

    /** A sentence for each way in which this processor is not up to that of the image; none if it is. */
    public static List<String> check(Path directory, Set<CpuMode> modes) throws IOException {
        Processor needed =
                Processor.of(ImageReader.open(directory, ImageKind.CPUINFO).one(CpuinfoEntry.parser()));
        return Comparison.of(needed, ThisProcessor.ask(), modes);
    }
}
