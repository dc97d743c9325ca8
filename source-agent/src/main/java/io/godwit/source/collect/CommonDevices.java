package io.godwit.source.collect;

import io.godwit.linux.FileStatus;
import io.godwit.linux.RootDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The few devices that are the same on every host. They may have other names, as in a chroot. */
final class CommonDevices {
    private static final int MEMORY_MAJOR = 1 << 8;
    private static final Map<Long, String> NAMES = Map.of(
            MEMORY_MAJOR | 3L, "/dev/null",
            MEMORY_MAJOR | 5L, "/dev/zero",
            MEMORY_MAJOR | 7L, "/dev/full",
            MEMORY_MAJOR | 8L, "/dev/random",
            MEMORY_MAJOR | 9L, "/dev/urandom");

    private final boolean evasive;
    private final RootDirectory root;

    /**
     * Those of a tree.
     *
     * @param evasive one whose path leads elsewhere by now may be opened by its usual path
     * @param root where the tree's paths begin
     */
    CommonDevices(boolean evasive, RootDirectory root) {
        this.evasive = evasive;
        this.root = root;
    }

    static boolean has(FileStatus status) {
        return status.isCharacterDevice() && NAMES.containsKey(status.rdev());
    }

    /** A device by the path by which to open it again. */
    record Device(String path, FileStatus status) {}

    /** What to open again; it is looked at once. */
    Device device(OpenFile file) throws IOException {
        Optional<FileStatus> there = there(file.path(), file.status().rdev());
        if (there.isPresent()) {
            return new Device(file.path(), there.get());
        }
        if (!evasive) {
            throw new CannotMoveException(
                    file.describe(),
                    "its path leads to another file by now",
                    "give --evasive-devices to have the same device opened as " + usual(file));
        }
        return new Device(usual(file), root.status(usual(file)));
    }

    private static String usual(OpenFile file) {
        return NAMES.get(file.status().rdev());
    }

    private Optional<FileStatus> there(String path, long device) {
        try {
            return Optional.of(root.status(path))
                    .filter(status -> status.isCharacterDevice() && status.rdev() == device);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
