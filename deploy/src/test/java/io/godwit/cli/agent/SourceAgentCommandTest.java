package io.godwit.cli.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SourceAgentCommandTest {
    @TempDir
    Path directory;

    @Test
    void aSocketThatCanNotBeMadeIsToldWithAWayOut() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        SourceAgentCommand command = new SourceAgentCommand(() -> {});
        new CommandLine(command)
                .parseArgs("--socket", file.resolve("agent.sock").toString());

        assertThatThrownBy(command::call)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("another --socket");
    }
}
