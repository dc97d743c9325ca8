package io.godwit.image.show;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One view of the tree in a directory of images: an object a process, in the order of the tree. */
public sealed interface TreeReport permits ProcessReport, DescriptorReport, MappingReport {
    /** Reads what it shows, as values that {@link JsonText} writes. */
    List<Map<String, Object>> read(Path directory) throws IOException;

    /** Writes what was read for people. */
    void text(List<Map<String, Object>> processes, Appendable out) throws IOException;

    /** Fields of a process, each of which is a list of objects. */
    @SuppressWarnings("unchecked") // the reports put nothing else there
    static List<Map<String, Object>> rows(Map<String, Object> process, String field) {
        return (List<Map<String, Object>>) process.get(field);
    }
}
