package io.godwit.source.collect;

import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import java.io.IOException;
import java.util.Map;

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

    /** @param evasive one whose path leads elsewhere by now may be opened by its usual path */
    CommonDevices(boolean evasive) {
        this.evasive = evasive;
    }

    static boolean has(FileStatus status) {
        return status.isCharacterDevice() && NAMES.containsKey(status.rdev());
    }

    /** The path by which to open a device again. */
    String path(OpenFile file) throws CannotMoveException {
        if (leadsTo(file.path(), file.status().rdev())) {
            return file.path();
        }
        if (!evasive) {
            throw new CannotMoveException(
                    file.describe(),
                    "its path leads to another file by now",
                    "give --evasive-devices to have the same device opened as " + usual(file));
        }
        return usual(file);
    }

    private static String usual(OpenFile file) {
        return NAMES.get(file.status().rdev());
    }

    private static boolean leadsTo(String path, long device) {
        try {
            FileStatus status = Descriptors.status(path);
            return status.isCharacterDevice() && status.rdev() == device;
        } catch (IOException gone) {
            return false;
        }
    }
}
