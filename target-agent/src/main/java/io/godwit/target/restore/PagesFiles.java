package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Pages files, each opened once. */
final class PagesFiles {
    private final Map<Path, Fd> open = new HashMap<>();
    private final FileTable table;

    PagesFiles(FileTable table) {
        this.table = table;
    }

    Fd open(Path file) throws LinuxException {
        Fd known = open.get(file);
        if (known != null) {
            return known;
        }
        Fd fd = table.helper(Descriptors.open(file.toString(), Descriptors.O_RDONLY, 0));
        open.put(file, fd);
        return fd;
    }
}
