package io.godwit.source.collect;

import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.terminal.PseudoTerminal;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The devpts at /dev/pts. Each mount of devpts is an instance with numbers of its own, so a terminal of another one is not the
 * terminal that its number says.
 */
final class TerminalInstance {
    private static final String STANDARD = "/dev/pts";

    private final List<MountInfo> mounts;
    /** Null until a terminal is looked at, which few trees have. */
    private OptionalLong standard;

    /** @param mounts of this host */
    TerminalInstance(List<MountInfo> mounts) {
        this.mounts = mounts;
    }

    /** Whether either end of a terminal is of this instance; one that was opened as /dev/tty does not tell, and counts as one. */
    boolean has(OpenFile terminal) {
        return terminal.status().rdev() == PseudoTerminal.OWN_DEVICE || isStandard(device(terminal));
    }

    private boolean isStandard(OptionalLong device) {
        if (standard == null) {
            standard = device(STANDARD);
        }
        return standard.isPresent() && standard.equals(device);
    }

    static CannotMoveException foreign(OpenFile terminal) {
        return new CannotMoveException(
                terminal.describe(),
                "it is a terminal of another instance of devpts than " + STANDARD + ", which can not be moved yet",
                "start the program in screen, tmux or script and move that");
    }

    /** A master may also be a node beside the directory of the instance, as /dev/ptmx is. */
    private OptionalLong device(OpenFile terminal) {
        long device = terminal.status().device();
        long listed = FileStatus.kernelDevice(device);
        boolean inside = mounts.stream()
                .anyMatch(mount -> mount.device() == listed && mount.type().equals("devpts"));
        return inside
                ? OptionalLong.of(device)
                : device(Path.of(terminal.link()).resolveSibling("pts").toString());
    }

    /** Empty if nothing is there. */
    private static OptionalLong device(String path) {
        try {
            return OptionalLong.of(Descriptors.status(path).device());
        } catch (LinuxException e) {
            return OptionalLong.empty();
        }
    }
}
