package io.godwit.source.preflight;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetPidTest {
    private static final int USER = 0x00400000;
    private static final int KERNEL = 0x00208040;
    private static final int GODWIT = 400;

    @TempDir
    Path proc;

    private TargetPid pids;

    @BeforeEach
    void aHostWithASessionInWhichGodwitRuns() throws IOException {
        process(2, "kthreadd", 'S', 0, KERNEL);
        process(100, "sshd (x) y", 'S', 1, USER);
        process(200, "bash", 'S', 100, USER);
        process(GODWIT, "java", 'R', 200, USER);
        process(300, "redis-server", 'S', 1, USER);
        process(301, "defunct", 'Z', 300, USER);
        pids = new TargetPid(proc, GODWIT);
    }

    @Test
    void anOrdinaryProcessPasses() {
        assertThatCode(() -> pids.require(300)).doesNotThrowAnyException();
    }

    @Test
    void aPidThatIsFreeIsRefused() {
        refused(999, "there is no process with pid 999");
    }

    @Test
    void initIsRefused() {
        refused(1, "pid 1 is the init");
    }

    @Test
    void aNumberThatIsNoPidIsRefused() {
        refused(0, "pids are positive");
        refused(-5, "pids are positive");
    }

    @Test
    void aKernelThreadIsRefused() {
        refused(2, "pid 2 (kthreadd) is a thread of the kernel");
    }

    @Test
    void godwitItselfIsRefused() {
        refused(GODWIT, "pid 400 is godwit itself");
    }

    @Test
    void everyAncestorOfGodwitIsRefused() {
        refused(200, "pid 200 (bash) is an ancestor of this godwit");
        refused(100, "pid 100 (sshd (x) y) is an ancestor of this godwit");
    }

    @Test
    void aZombieIsRefused() {
        refused(301, "pid 301 (defunct) has ended and waits for its parent 300");
    }

    @Test
    void aThreadIsRefusedAndItsProcessNamed() throws IOException {
        process(302, "redis-server", 'S', 1, USER);
        Files.writeString(proc.resolve("302/status"), "Name:\tredis-server\nTgid:\t300\nPid:\t302\n");
        refused(302, "302 is a thread of process 300: give 300");
    }

    @Test
    void aLoopOfParentsEnds() throws IOException {
        process(GODWIT, "java", 'R', 200, USER);
        process(200, "bash", 'S', GODWIT, USER);
        assertThatCode(() -> pids.require(300)).doesNotThrowAnyException();
    }

    @Test
    void thisHostRefusesThisProcessAndItsParent() {
        TargetPid here = TargetPid.ofThisHost();
        ProcessHandle self = ProcessHandle.current();
        assertThatThrownBy(() -> here.require((int) self.pid())).hasMessageContaining("godwit itself");
        self.parent()
                .filter(parent -> parent.pid() > 1)
                .ifPresent(parent -> assertThatThrownBy(() -> here.require((int) parent.pid()))
                        .hasMessageContaining("ancestor"));
    }

    @Test
    void thisHostPassesAChild() throws IOException {
        Process child = new ProcessBuilder("sleep", "60").start();
        try {
            assertThatCode(() -> TargetPid.ofThisHost().require((int) child.pid()))
                    .doesNotThrowAnyException();
        } finally {
            child.destroyForcibly();
        }
    }

    private void refused(int pid, String words) {
        assertThatThrownBy(() -> pids.require(pid))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(words);
    }

    private void process(int pid, String name, char state, int parent, int flags) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        String rest = " 0".repeat(43);
        Files.writeString(
                directory.resolve("stat"),
                pid + " (" + name + ") " + state + " " + parent + " 1 1 0 -1 " + flags + rest + "\n");
        Files.writeString(directory.resolve("status"), "Name:\t" + name + "\nTgid:\t" + pid + "\n");
    }
}
