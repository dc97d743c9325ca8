package io.godwit.image.show;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What one image file is. */
public final class ImageInfo {
    private ImageInfo() {}

    /** Its kind, magic number and count of entries; of raw files their bytes instead. */
    public static Map<String, Object> of(Path path) throws IOException {
        ImageFile image = ImageFile.of(path);
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("file", path.getFileName().toString());
        info.put("kind", ImageShow.magicName(image.kind()));
        if (image.raw()) {
            info.put("bytes", Files.size(path));
            return info;
        }
        info.put("magic", String.format(Locale.ROOT, "0x%08x", image.kind().magic()));
        long[] count = {0};
        image.visit(entry -> count[0]++);
        info.put("count", count[0]);
        return info;
    }
}
