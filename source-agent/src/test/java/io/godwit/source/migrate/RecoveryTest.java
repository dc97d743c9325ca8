package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import io.godwit.source.journal.Journal;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.journal.JournalEntry;
import io.godwit.source.journal.JournalEntry.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a migration is ended here only if nobody has let it go on. */
@Timeout(60)
class RecoveryTest {
    private static final TaskIdentity ENDED = new TaskIdentity(1, -1);

    @TempDir
    private Path directory;

    private Process process;
    private int pid;
    private Recovery recovery;

    @BeforeEach
    void startTree() throws IOException {
        process = new ProcessBuilder("sleep", "1000").start();
        pid = (int) process.pid();
        recovery = new Recovery(new JournalDirectory(directory));
    }

    @AfterEach
    void endTree() {
        process.destroyForcibly().onExit().join();
    }

    private void left(State state) throws IOException {
        Journal journal = new JournalDirectory(directory).begin(pid, "host-b:4650", List.of());
        JournalEntry begun = journal.entry();
        journal.write(new JournalEntry(
                state,
                ENDED,
                begun.namespace(),
                begun.target(),
                begun.root(),
                List.of(new JournalEntry.Task(begun.root(), false)),
                false,
                List.of()));
    }

    private void stop() throws IOException {
        new ProcessBuilder("kill", "-STOP", "" + pid).start().onExit().join();
        while (!ProcDirectory.process(pid).stat().stopped()) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"COMMITTING", "COMMITTED"})
    void whatRunsHereIsNotEndedUntilItIsStopped(State state) throws IOException {
        left(state);

        assertThatThrownBy(() -> recovery.there(pid)).hasMessageContainingAll("process " + pid + " runs here", "-STOP");
        assertThat(process.isAlive()).isTrue();

        stop();
        assertThat(recovery.there(pid)).isEmpty();
        assertThat(process.onExit().join().exitValue()).isEqualTo(128 + 9);
        assertThat(recovery.list()).isEmpty();
    }

    @Test
    void whatTheTargetHasDoesNotGoOnHere() throws IOException {
        left(State.COMMITTED);
        stop();

        assertThatThrownBy(() -> recovery.here(pid)).hasMessageContaining("--there");

        assertThat(ProcDirectory.process(pid).stat().stopped()).isTrue();
    }
}
