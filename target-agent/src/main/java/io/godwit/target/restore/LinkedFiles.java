package io.godwit.target.restore;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Files whose names had been removed while they were open, and that the dump gave another name. They are opened by their old one,
 * which they have for a moment. The dump's name is removed when the tree runs, so that a restore that failed can be made again.
 */
final class LinkedFiles {
    private final FileTable table;
    private final Set<String> made = new LinkedHashSet<>();
    private final Set<String> known = new LinkedHashSet<>();

    LinkedFiles(FileTable table) {
        this.table = table;
        table.onFailure(this::unlink);
    }

    /** Gives the path to open it by: the old name, unless another file has it by now. */
    String named(String link, String name) throws IOException {
        table.requireOwnMounts("file " + name + ", which has lost that name,");
        if (known.add(link)) {
            table.onResume(() -> remove(link));
        }
        if (made.contains(name)) {
            return name;
        }
        NativeMemory from = NativeMemory.string(link);
        NativeMemory to = NativeMemory.string(name);
        long result = from.during(to.during(Kernel.syscall(Syscall.LINK, from.address(), to.address())));
        if (result == -Errno.EEXIST.value()) {
            return link;
        }
        Kernel.check(result, "link", link + " as " + name, "the dump with --link-remap had made it");
        made.add(name);
        return name;
    }

    /** Removes the old names again. */
    void unlink() {
        made.forEach(LinkedFiles::remove);
        made.clear();
    }

    private static void remove(String path) {
        NativeMemory name = NativeMemory.string(path);
        name.during(Kernel.syscall(Syscall.UNLINK, name.address()));
    }
}
