package io.godwit.linux.file;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel knows a file by without its name (open_by_handle_at(2)); /proc shows it of watched files.
 *
 * @param device of the file system, in the kernel's form (see {@link FileStatus#kernelDevice})
 * @param type as the file system numbers its forms of handles
 */
public record FileHandle(long device, long inode, int type, byte[] bytes) {
    private static final int HEADER_BYTES = 8;

    /**
     * A path that leads to the file.
     *
     * @param mounts of this process
     * @return empty if it has none any more, or its file system does not find files by their handles
     */
    public Optional<String> path(List<MountInfo> mounts) {
        return mounts.stream()
                .filter(mount -> mount.device() == device)
                .flatMap(mount -> pathBelow(mount.point()).stream())
                .filter(this::isMe)
                .findFirst();
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

    private Optional<String> pathBelow(String mount) {
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
