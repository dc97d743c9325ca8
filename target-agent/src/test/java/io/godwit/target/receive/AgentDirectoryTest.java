package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentDirectoryTest {
    @TempDir
    Path base;

    @Test
    void removesWhatAnAgentLeftThatIsGone() throws IOException {
        Path left = Files.createDirectories(base.resolve("agent-1/rehearsal-0/0"));
        Files.createFile(left.resolve("pstree.img"));
        Files.createFile(base.resolve("agent-1/lock"));

        try (AgentDirectory directory = AgentDirectory.make(base)) {
            assertThat(base).isDirectoryContaining(directory.path()::equals);
            assertThat(base.resolve("agent-1")).doesNotExist();
        }
    }

    @Test
    void leavesTheDirectoryOfAnAgentThatIsThere() throws IOException {
        try (AgentDirectory first = AgentDirectory.make(base);
                AgentDirectory second = AgentDirectory.make(base)) {
            assertThat(first.path()).isDirectory().isNotEqualTo(second.path());
        }
        assertThat(base).isEmptyDirectory();
    }
}
