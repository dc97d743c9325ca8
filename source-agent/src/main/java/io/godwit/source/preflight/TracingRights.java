package io.godwit.source.preflight;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.collect.CannotMoveException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process may do to another what a move needs; each right is tried, and named if it lacks (capabilities(7)). */
final class TracingRights {
    private TracingRights() {}

    /** @throws CannotMoveException that names the right that lacks */
    static void require(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        try {
            process.link("ns/pid");
        } catch (LinuxException e) {
            throw denied(e, pid, "it may not be traced", "CAP_SYS_PTRACE");
        }
        if (!Files.isReadable(Path.of(process.path("pagemap"))) && process.lives()) {
            throw lacks(pid, "its files in /proc are of another user", "CAP_DAC_READ_SEARCH or CAP_DAC_OVERRIDE");
        }
        String[] mapped = Path.of(process.path("map_files")).toFile().list();
        if (mapped != null && mapped.length > 0) {
            try {
                Descriptors.status(process.path("map_files/" + mapped[0]));
            } catch (LinuxException e) {
                throw denied(e, pid, "its mapped files may not be opened", "CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN");
            }
        }
        if (Kernel.syscall(Syscall.KILL, pid, 0) == -Errno.EPERM.value()) {
            throw lacks(pid, "it is of another user and may not be signalled", "CAP_KILL");
        }
    }

    private static IOException denied(LinuxException e, int pid, String problem, String right) {
        return e.errno() == Errno.EPERM || e.errno() == Errno.EACCES ? lacks(pid, problem, right) : e;
    }

    private static CannotMoveException lacks(int pid, String problem, String right) {
        return new CannotMoveException("process " + pid, problem, "give this command " + right);
    }
}
