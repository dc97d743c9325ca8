package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
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
    private static final int INIT = 1;
    /** The first descriptor that a helper opens. */
    private static final int HELPERS_PIDFD = 3;

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

    /**
     * Starts a seed as the init of a new pid namespace, in which it holds a pidfd of this process.
     *
     * @return where it is
     */
    static Init startInit(RestoreOptions.Parent parent) throws IOException {
        Path executable = MachineImage.extractSeed();
        try {
            return switch (parent) {
                case INIT -> new Init(Integer.parseInt(help(INIT, "--init", executable)), HELPERS_PIDFD);
                case AGENT -> spawnInit(false, executable);
                case SIBLING -> spawnInit(true, executable);
            };
        } finally {
            Files.deleteIfExists(executable);
        }
    }

    /**
     * The init of a pid namespace.
     *
     * @param pid here
     * @param agent the number of the pidfd that it holds
     */
    record Init(int pid, int agent) {}

    private static Init spawnInit(boolean sibling, Path executable) throws IOException {
        try (Fd agent =
                Descriptors.pidfdOpen(Math.toIntExact(ProcessHandle.current().pid()))) {
            Descriptors.fcntl(agent, Descriptors.F_SETFD, 0);
            String number = Integer.toString(agent.number());
            int pid = Spawn.startInit(sibling, executable, List.of(executable.toString(), "--hold", number));
            return new Init(pid, agent.number());
        } catch (LinuxException e) {
            throw cannotStart(INIT, e.errno());
        }
    }

    private static void startByHelper(int pid, Path executable) throws IOException {
        String answer = help(pid, Integer.toString(pid), executable);
        if (!Integer.toString(pid).equals(answer)) {
            throw new RestoreException("the seed of the tree did not start: it said " + answer);
        }
    }

    private static String help(int pid, String argument, Path executable) throws IOException {
        Process helper = new ProcessBuilder(executable.toString(), argument)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(helper.getInputStream(), StandardCharsets.UTF_8))) {
            return check(pid, out.readLine());
        }
    }

    private static void spawn(int pid, boolean sibling, Path executable) throws IOException {
        try {
            Spawn.start(pid, sibling, executable, List.of(executable.toString(), "--sleep"));
        } catch (LinuxException e) {
            throw cannotStart(pid, e.errno());
        }
    }

    private static String check(int pid, String answer) throws RestoreException {
        if (answer != null && answer.matches("[0-9]+")) {
            return answer;
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
                    case EEXIST -> TakenPids.holder(pid);
                    case EPERM ->
                        "the agent may not choose pids, or make a pid namespace; it needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE";
                    case EINVAL -> "the pid is above this host's kernel.pid_max, or below 2";
                    default -> why.text() + " (" + why + ")";
                };
        return new RestoreException(message, new LinuxException("clone3", "pid " + pid, why));
    }
}
