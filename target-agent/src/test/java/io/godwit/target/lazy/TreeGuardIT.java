package io.godwit.target.lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is killed with a tree that does not get its memory. */
@Timeout(60)
class TreeGuardIT {
    private static final long FILLING_NANOS = 300_000_000L;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private Process shell;
    private Writer commands;
    private BufferedReader answers;
    private TreeGuard guard;
    private Fd uffd;

    @BeforeEach
    void start() throws IOException {
        String loop = "while read -r line; do eval \"$line\"; done";
        shell = new ProcessBuilder("/bin/sh", "-c", loop)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = shell.outputWriter();
        answers = shell.inputReader();
        guard = TreeGuard.start();
        // any descriptor will do
        uffd = Descriptors.open("/dev/null", Descriptors.O_RDONLY, 0);
        int pid = (int) shell.pid();
        guard.hold(pid, Descriptors.pidfdOpen(pid), uffd);
    }

    @AfterEach
    void stop() throws IOException {
        guard.close();
        uffd.close();
        // those that the guard did not end; who runs the tests waits for all that have its pipes
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
    }

    private int child() throws IOException {
        commands.append("sleep 1000 >/dev/null & echo $!\n").flush();
        return Integer.parseInt(answers.readLine());
    }

    private static void awaitEnd(int pid) {
        long start = System.nanoTime();
        while (ProcDirectory.process(pid).lives()) {
            assertThat(System.nanoTime() - start)
                    .as("time for which process %d lives on", pid)
                    .isLessThan(PATIENCE_NANOS);
            Thread.onSpinWait();
        }
    }

    @Test
    void aChildIsKilledWithTheTree() throws IOException {
        int child = child();
        guard.expectChild(uffd);
        guard.lookForChildren();

        guard.endTree();

        awaitEnd(child);
    }

    /** Else a tree that starts processes one after the other fills the guard's table of descriptors. */
    @Test
    void theGuardForgetsWhoWasReaped() throws IOException {
        int alone = held();
        commands.append("sleep 1000 >/dev/null & child=$!\n").flush();
        lookUntilHeld(alone + 1);

        commands.append("kill -9 $child; wait\n").flush();

        lookUntilHeld(alone);
    }

    /** How many descriptors the guard has. */
    private int held() throws IOException {
        return ProcDirectory.process(guard.pid()).descriptors().length;
    }

    private void lookUntilHeld(int number) throws IOException {
        for (long start = System.nanoTime(); held() != number; guard.lookForChildren()) {
            assertThat(System.nanoTime() - start)
                    .as("time in which the guard has %d descriptors and not %d", held(), number)
                    .isLessThan(PATIENCE_NANOS);
        }
    }

    /** As one of vfork(2), of which no event tells. */
    @Test
    void aChildThatWasNotToldOfIsNotTakenForOneThatWas() throws IOException {
        int other = child();
        guard.expectChild(uffd);
        guard.lookForChildren();
        int forked = child();
        for (long start = System.nanoTime(); System.nanoTime() - start < FILLING_NANOS; ) {
            guard.lookForChildren();
        }

        guard.endTree();

        awaitEnd(other);
        awaitEnd(forked);
    }

    @Test
    void nothingOfAChildStaysOpenThatCanNotBeGuarded() throws IOException {
        int child = child();
        ProcessHandle.of(guard.pid()).orElseThrow().destroyForcibly();
        awaitEnd(guard.pid());

        assertThatThrownBy(() -> guard.lookForChildren()).isInstanceOf(IOException.class);

        for (int fd : ProcDirectory.own().descriptors()) {
            assertThat(text(fd)).as("descriptor %d of this process", fd).doesNotContain("Pid:\t" + child + "\n");
        }
    }

    /** Other threads open and close descriptors too. */
    private static String text(int fd) {
        try {
            return ProcDirectory.own().text("fdinfo/" + fd);
        } catch (IOException closed) {
            return "";
        }
    }
}
