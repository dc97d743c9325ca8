package io.godwit.image.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** All that was found, each once. */
final class Findings {
    private final Set<Finding> found = new LinkedHashSet<>();

    void add(Path file, String problem, Object... words) {
        found.add(new Finding(file, words.length == 0 ? problem : String.format(Locale.ROOT, problem, words)));
    }

    /** A file that can not be read; messages of images begin with its name. */
    void add(Path file, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        String name = file + ": ";
        boolean named = message.startsWith(name);
        found.add(new Finding(file, named ? message.substring(name.length()) : "can not be read: " + message));
    }

    List<Finding> all() {
        return List.copyOf(found);
    }
}
