package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.ThisProcess;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.RestoreOptions.Parent;
import io.godwit.target.restore.Restorer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose child a restored tree is, and that it can be left stopped. */
class RestoreParentIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path images;

    private LocalVictim victim;

    @BeforeEach
    void dump() throws IOException {
        victim = LocalVictim.start("process");
        new Dumper().run(DumpOptions.defaults(victim.pid(), images));
        assertThat(victim.ends()).isTrue();
    }

    @AfterEach
    void stop() throws IOException {
        victim.close();
    }

    @Test
    void theAgentIsTheParentAndCanWait() throws IOException {
        restore(RestoreOptions.defaults().withParent(Parent.AGENT));

        assertThat(parent()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(victim.verdict()).isEqualTo("pass");
        ThisProcess.awaitChild(victim.pid());
        assertThat(victim.state()).isEqualTo("gone");
    }

    @Test
    void theAgentsParentIsTheParent() throws IOException {
        restore(RestoreOptions.defaults().withParent(Parent.SIBLING));

        assertThat(parent())
                .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aTreeThatIsLeftStoppedGoesOnByASignal() throws IOException {
        restore(RestoreOptions.defaults().withLeaveStopped(true));

        assertThat(Eventually.holds(LIMIT, () -> victim.state().equals("T"))).isTrue();
        ProcessHandle root = ProcessHandle.of(victim.pid()).orElseThrow();
        String pids = Stream.concat(Stream.of(root), root.descendants())
                .map(process -> "" + process.pid())
                .collect(Collectors.joining(" "));
        Execution.of(LIMIT, List.of("sh", "-c", "kill -CONT " + pids)).succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    private void restore(RestoreOptions options) throws IOException {
        Restorer.restore(images, options).resume();
    }

    private int parent() throws IOException {
        return ProcDirectory.process(victim.pid()).status().parent();
    }
}
