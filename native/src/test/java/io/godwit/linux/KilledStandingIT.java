package io.godwit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of the nice value of a session in which a program is killed that has changed it. Needs CAP_SYS_NICE. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledStandingIT {
    private static final int SIGKILL = 9;
    private static final int HOME = 3;

    /** A shell that has a session of its own, with this nice value, and in it the program, in a process group of its own. */
    private static final String SESSION =
            "echo " + HOME + " >/proc/self/autogroup; set -m; \"$@\" & echo $!; wait; cat";

    private Process session;
    private int program;
    private BufferedReader answers;

    /** Stands as its argument says until it is killed. */
    static final class Program {
        private Program() {}

        @SuppressWarnings("try") // it is only held
        public static void main(String[] arguments) throws IOException {
            try (Standing standing = Standing.begin(Wish.valueOf(arguments[0]))) {
                System.out.println(new Autogroup().nice().orElseThrow());
                while (System.in.read() >= 0) {
                    // not what it waits for
                }
            }
        }
    }

    @BeforeEach
    void needAutogroups() {
        assumeTrue(new Autogroup().nice().isPresent(), "a kernel with autogroups");
    }

    private void start(Wish wish) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        session = new ProcessBuilder(
                        "setsid",
                        "bash",
                        "-c",
                        SESSION,
                        "bash",
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        wish.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = session.inputReader();
        program = Integer.parseInt(answers.readLine());
        assertEquals(wish.from(HOME), Integer.parseInt(answers.readLine()));
    }

    @AfterEach
    void end() {
        if (session != null) {
            session.descendants().forEach(ProcessHandle::destroyForcibly);
            session.destroyForcibly();
        }
    }

    private void kill(int pid) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.KILL, pid, SIGKILL), "kill", "process " + pid);
    }

    private void awaitHome() throws IOException {
        Path group = Path.of("/proc", "" + session.pid(), "autogroup");
        while (!Files.readString(group).endsWith(" nice " + HOME + "\n")) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource(Wish.class)
    void theSessionIsAsBefore(Wish wish) throws Exception {
        start(wish);
        ProcessHandle keeper =
                ProcessHandle.of(program).orElseThrow().children().findFirst().orElseThrow();
        kill(program);
        awaitHome();
        keeper.onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void theSessionIsAsBeforeWhenTheWholeProcessGroupIsKilled() throws Exception {
        start(Wish.URGENCY);
        kill(-program);
        awaitHome();
    }

    @Test
    void nobodyIsLeftOfAProgramThatEnds() throws Exception {
        start(Wish.LEISURE);
        ProcessHandle handle = ProcessHandle.of(program).orElseThrow();
        ProcessHandle keeper = handle.children().findFirst().orElseThrow();
        assertTrue(handle.destroy());
        awaitHome();
        keeper.onExit().get(30, TimeUnit.SECONDS);
        assertFalse(handle.isAlive());
    }
}
