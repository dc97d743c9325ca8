package io.godwit.image.verify;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that is wrong.
 *
 * @param file the file that is damaged or missing, or whose words do not fit to others
 */
public record Finding(Path file, String problem) {
    /** For JSON. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", file.toString());
        fields.put("problem", problem);
        return fields;
    }

    @Override
    public String toString() {
        return file + ": " + problem;
    }
}
