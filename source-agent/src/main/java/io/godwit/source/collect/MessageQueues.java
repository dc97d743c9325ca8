package io.godwit.source.collect;

import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.nio.file.Path;

/** POSIX message queues, which are files of a file system that need not be mounted anywhere. */
final class MessageQueues {
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final String TYPE = "mqueue";

    private MessageQueues() {}

    /** How many there are in the IPC namespace of this thread. */
    static int count() throws LinuxException {
        NativeMemory type = NativeMemory.string(TYPE);
        long context = type.during(Kernel.syscall(Syscall.FSOPEN, type.address(), FSOPEN_CLOEXEC));
        try (Fd fileSystem = Fd.of(Kernel.check(context, "fsopen", TYPE))) {
            long made = Kernel.syscall(Syscall.FSCONFIG, fileSystem.number(), FSCONFIG_CMD_CREATE, 0, 0, 0);
            Kernel.check(made, "fsconfig", TYPE);
            long mount = Kernel.syscall(Syscall.FSMOUNT, fileSystem.number(), FSMOUNT_CLOEXEC, 0);
            try (Fd mounted = Fd.of(Kernel.check(mount, "fsmount", TYPE))) {
                String[] names = Path.of("/proc/thread-self/fd/" + mounted.number())
                        .toFile()
                        .list();
                return names == null ? 0 : names.length;
            }
        }
    }
}
