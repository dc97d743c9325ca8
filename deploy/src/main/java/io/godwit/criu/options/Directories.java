package io.godwit.criu.options;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where files are.
 *
 * @param images of the image files
 * @param work of the log, the pidfile and statistics; relative names begin there
 * @param previous the snapshot before, relative to the images
 * @param plugins of plugins
 */
public record Directories(Path images, Path work, Optional<Path> previous, Optional<Path> plugins) {
    static Directories of(Values values) {
        Path images = values.path(CriuOption.IMAGES_DIR).orElse(Path.of("."));
        return new Directories(
                images,
                values.path(CriuOption.WORK_DIR).orElse(images),
                values.path(CriuOption.PREV_IMAGES_DIR),
                values.path(CriuOption.LIBDIR));
    }
}
