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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether a tree is left as its journal says, and what is done to it. */
@Timeout(60)
class LeftTreeTest {
    private Process process;
    private int pid;
    private int ended;
    private long start;

    @BeforeEach
    void startTree() throws IOException {
        // its child ends when nobody waits for it any more: the shell would
        String child = "while read name </proc/$$/comm && [ $name = sh ]; do :; done";
        process = new ProcessBuilder("sh", "-c", "(" + child + ") & echo $!; exec sleep 1000").start();
        ended = Integer.parseInt(process.inputReader().readLine());
        pid = (int) process.pid();
        start = ProcDirectory.process(pid).stat().startTime();
    }

    @AfterEach
    void endTree() {
        process.destroyForcibly().onExit().join();
    }

    private LeftTree tree(long startOfRoot) {
        TaskIdentity root = new TaskIdentity(pid, startOfRoot);
        return tree(State.COMMITTING, List.of(root));
    }

    /** The first is its root. */
    private static LeftTree tree(State state, List<TaskIdentity> tasks) {
        return new LeftTree(new JournalEntry(
                state,
                new TaskIdentity(1, 0),
                "pid:[1]",
                "host-b:4650",
                tasks.get(0),
                tasks.stream().map(task -> new JournalEntry.Task(task, false)).toList(),
                true,
                List.of()));
    }

    private static TaskIdentity identity(long pid) throws IOException {
        return new TaskIdentity(
                (int) pid, ProcDirectory.process((int) pid).stat().startTime());
    }

    private static void signal(String signal, int pid) throws IOException {
        new ProcessBuilder("kill", "-" + signal, "" + pid).start().onExit().join();
    }

    /** Of the tasks of a journal some may have ended since, waited for or not, and others may have their pids. */
    @ParameterizedTest
    @EnumSource(State.class)
    void whoHasEndedIsInNobodysWayAndWhoCameLaterIsLeftAlone(State state) throws IOException {
        while (!ProcDirectory.process(ended).stat().zombie()) {
            Thread.onSpinWait();
        }
        Process gone = new ProcessBuilder("sleep", "1000").start();
        TaskIdentity buried = identity(gone.pid());
        gone.destroyForcibly().onExit().join();
        Process later = new ProcessBuilder("sleep", "1000").start();
        TaskIdentity before =
                new TaskIdentity((int) later.pid(), identity(later.pid()).startTime() - 1);
        try {
            LeftTree tree = tree(state, List.of(new TaskIdentity(pid, start), identity(ended), buried, before));
            signal("STOP", pid);
            while (!ProcDirectory.process(pid).stat().stopped()) {
                Thread.onSpinWait();
            }

            tree.revive();
            tree.silence();
            tree.goOn();
            assertThat(tree.running()).hasValue(pid);
            tree.kill();

            assertThat(ProcDirectory.process(pid).lives()).isFalse();
            assertThat(later.isAlive()).isTrue();
        } finally {
            later.destroyForcibly().onExit().join();
        }
    }

    @Test
    void whatRunsIsNotTakenForWhatTheMigrationHasStopped() throws IOException {
        assertThat(tree(start).running()).hasValue(pid);

        signal("STOP", pid);
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
