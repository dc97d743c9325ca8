package io.godwit.linux.file;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel knows a file by without its name (open_by_handle_at(2)); /proc shows it of watched files.
 *
 * @param device of the file system, major in the bits from 20 on
 * @param type as the file system numbers its forms of handles
 */
public record FileHandle(long device, long inode, int type, byte[] bytes) {
    private static final int HEADER_BYTES = 8;
    private static final int MINOR_BITS = 20;
    private static final int MOUNT_DEVICE = 2;
    private static final int MOUNT_POINT = 4;

    /**
     * A path that leads to the file in this process's mounts.
     *
     * @return empty if it has none any more, or its file system does not find files by their handles
     */
    public Optional<String> path() throws IOException {
        for (String mount : mounts()) {
            Optional<String> path = pathBelow(mount);
            if (path.isPresent() && isMe(path.get())) {
                return path;
            }
        }
        return Optional.empty();
    }

    /** Whether a path leads to the file. */
    public boolean isMe(String path) {
        try {
            FileStatus status = Descriptors.status(path);
            return status.inode() == inode && FileStatus.kernelDevice(status.device()) == device;
        } catch (IOException gone) {
            return false;
        }
    }

    private List<String> mounts() throws IOException {
        String wanted = (device >>> MINOR_BITS) + ":" + (device & ((1 << MINOR_BITS) - 1));
        List<String> points = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String[] words = line.split(" ");
            if (words[MOUNT_DEVICE].equals(wanted)) {
                points.add(words[MOUNT_POINT].replace("\\040", " "));
            }
        }
        return points;
    }

    private Optional<String> pathBelow(String mount) throws IOException {
        NativeMemory handle = NativeMemory.allocate(HEADER_BYTES + bytes.length);
        handle.buffer().putInt(0, bytes.length).putInt(4, type).put(HEADER_BYTES, bytes);
        try (Fd point = Descriptors.open(mount, Descriptors.O_RDONLY, 0)) {
            int flags = Descriptors.O_PATH | Descriptors.O_CLOEXEC;
            long result =
                    handle.during(Kernel.syscall(Syscall.OPEN_BY_HANDLE_AT, point.number(), handle.address(), flags));
            if (Kernel.failed(result)) {
                return Optional.empty();
            }
            try (Fd file = Fd.of(result)) {
                return Optional.of(Files.readSymbolicLink(Path.of("/proc/self/fd/" + file.number()))
                        .toString());
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
