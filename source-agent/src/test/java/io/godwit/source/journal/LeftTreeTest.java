package io.godwit.source.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import io.godwit.source.journal.JournalEntry.State;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a tree is left as its journal says. */
@Timeout(60)
class LeftTreeTest {
    private Process process;
    private int pid;
    private long start;

    @BeforeEach
    void startTree() throws IOException {
        process = new ProcessBuilder("sleep", "1000").start();
        pid = (int) process.pid();
        start = ProcDirectory.process(pid).stat().startTime();
    }

    @AfterEach
    void endTree() {
        process.destroyForcibly().onExit().join();
    }

    private LeftTree tree(long startOfRoot) {
        TaskIdentity root = new TaskIdentity(pid, startOfRoot);
        return new LeftTree(new JournalEntry(
                State.COMMITTING,
                new TaskIdentity(1, 0),
                "pid:[1]",
                "host-b:4650",
                root,
                List.of(new JournalEntry.Task(root, false)),
                true,
                List.of()));
    }

    @Test
    void whatRunsIsNotTakenForWhatTheMigrationHasStopped() throws IOException {
        assertThat(tree(start).running()).hasValue(pid);

        new ProcessBuilder("kill", "-STOP", "" + pid).start().onExit().join();
        while (!ProcDirectory.process(pid).stat().stopped()) {
            Thread.onSpinWait();
        }
        assertThat(tree(start).running()).isEmpty();
    }

    @Test
    void aLaterProcessOfThatPidIsNotTheRoot() {
        assertThat(tree(start).replaced()).isFalse();
        assertThat(tree(start - 1).replaced()).isTrue();
        assertThat(tree(start - 1).running()).isEmpty();
        endTree();
        assertThat(tree(start).replaced()).isFalse();
    }
}
