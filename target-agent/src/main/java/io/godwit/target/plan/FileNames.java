package io.godwit.target.plan;

import io.godwit.image.proto.FileEntry;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a file object is called in messages. */
public final class FileNames {
    private FileNames() {}

    /** A path where there is one, else the kind and the id. */
    public static String of(FileEntry file) {
        if (file == null) {
            return "a file that files.img does not list";
        }
        if (file.hasReg()) {
            return file.getReg().getName();
        }
        if (file.hasUsk() && !file.getUsk().getName().isEmpty()) {
            return "unix socket "
                    + file.getUsk().getName().toString(StandardCharsets.UTF_8).replace('\0', '@');
        }
        return file.getType().name().toLowerCase(Locale.ROOT) + " " + file.getId();
    }
}
