package io.godwit.target.restore;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.machine.MachineImage;
import io.godwit.linux.machine.Spawn;
import io.godwit.target.plan.RestoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts the process that becomes the root of the tree. Unless the agent or its parent shall be its parent, a helper forks it with
 * its pid and ends at once, so that it belongs to init.
 */
final class Seed {
    private static final String ERROR = "error: ";

    private Seed() {}

    /** Starts a seed with this pid and parent; it sleeps until it is traced. */
    static void start(int pid, RestoreOptions.Parent parent) throws IOException {
        Path executable = MachineImage.extractSeed();
        try {
            switch (parent) {
                case INIT -> startByHelper(pid, executable);
                case AGENT -> spawn(pid, false, executable);
                case SIBLING -> spawn(pid, true, executable);
            }
        } finally {
            Files.deleteIfExists(executable);
        }
    }

    private static void startByHelper(int pid, Path executable) throws IOException {
        Process helper = new ProcessBuilder(executable.toString(), Integer.toString(pid))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(helper.getInputStream(), StandardCharsets.UTF_8))) {
            check(pid, out.readLine());
        }
    }

    private static void spawn(int pid, boolean sibling, Path executable) throws IOException {
        try {
            Spawn.start(pid, sibling, executable, List.of(executable.toString(), "--sleep"));
        } catch (LinuxException e) {
            throw cannotStart(pid, e.errno());
        }
    }

    private static void check(int pid, String answer) throws RestoreException {
        if (Integer.toString(pid).equals(answer)) {
            return;
        }
        if (answer == null || !answer.startsWith(ERROR)) {
            throw new RestoreException("the seed of the tree did not start: it said " + answer);
        }
        String errno = answer.substring(answer.lastIndexOf(' ') + 1);
        throw cannotStart(pid, Errno.of(Integer.parseInt(errno)));
    }

    private static RestoreException cannotStart(int pid, Errno why) {
        String message = "cannot start a process with pid " + pid + ": "
                + switch (why) {
                    case EEXIST -> "another process on this host has it; end that process or wait until it is reaped";
                    case EPERM -> "the agent may not choose pids; it needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE";
                    case EINVAL -> "the pid is above this host's kernel.pid_max, or below 2";
                    default -> why.text() + " (" + why + ")";
                };
        return new RestoreException(message, new LinuxException("clone3", "pid " + pid, why));
    }
}
