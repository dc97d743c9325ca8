package io.godwit.source.collect;

import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.terminal.PseudoTerminal;
import java.nio.file.Path;
import java.util.List;

/**
 * The devpts at /dev/pts. Each mount of devpts is an instance with numbers of its own, so a terminal of another one is not the
 * terminal that its number says.
 */
final class TerminalInstance {
    private static final String STANDARD = "/dev/pts";

    private final List<MountInfo> mounts;

    /** @param mounts of this host */
    TerminalInstance(List<MountInfo> mounts) {
        this.mounts = mounts;
    }

    /** Whether either end of a terminal is of this instance; one that was opened as /dev/tty does not tell, and counts as one. */
    boolean has(OpenFile terminal) throws LinuxException {
        return terminal.status().rdev() == PseudoTerminal.OWN_DEVICE || deviceOf(terminal) == device(STANDARD);
    }

    static CannotMoveException foreign(OpenFile terminal) {
        return new CannotMoveException(
                terminal.describe(),
                "it is a terminal of another instance of devpts than " + STANDARD + ", which can not be moved yet",
                "start the program in screen, tmux or script and move that");
    }

    /** A master may also be a node beside the directory of the instance, as /dev/ptmx is. */
    private long deviceOf(OpenFile terminal) {
        long device = terminal.status().device();
        long listed = FileStatus.kernelDevice(device);
        if (mounts.stream()
                .anyMatch(mount -> mount.device() == listed && mount.type().equals("devpts"))) {
            return device;
        }
        try {
            return device(Path.of(terminal.link()).resolveSibling("pts").toString());
        } catch (LinuxException e) {
            return device;
        }
    }

    private static long device(String path) throws LinuxException {
        return Descriptors.status(path).device();
    }
}
