package io.godwit.source.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.ZeroEnded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentIdentityTest {
    @TempDir
    private Path directory;

    @Test
    void isTheSameAfterTheWay() throws IOException {
        AgentIdentity here = AgentIdentity.ofThisProcess();

        AgentIdentity there = AgentIdentity.of(ZeroEnded.split(ZeroEnded.join(here.words())));

        assertThat(there).isEqualTo(here);
        assertThat(here.differences(there)).isEmpty();
        assertThat(here.facts()).containsKeys("build", "user", "pid namespace", "net namespace", "capabilities");
    }

    @Test
    void tellsInWhatOthersDiffer() {
        AgentIdentity here = new AgentIdentity(Map.of("build", "1", "user", "0"));

        assertThat(here.differences(new AgentIdentity(Map.of("build", "2", "user", "0"))))
                .containsExactly("build");
        assertThat(here.differences(new AgentIdentity(Map.of("build", "1")))).containsExactly("user");
    }

    @Test
    void aNewBuildInTheSamePlaceIsAnother() throws IOException {
        Path jar = Files.writeString(directory.resolve("a.jar"), "classes");
        String before = AgentIdentity.build(jar + ":/nowhere.jar");
        assertThat(AgentIdentity.build(jar + ":/nowhere.jar")).isEqualTo(before);

        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000));

        assertThat(AgentIdentity.build(jar + ":/nowhere.jar")).isNotEqualTo(before);
    }

    @Test
    void variablesOfGodwitCount() {
        assertThat(AgentIdentity.variables(Map.of("GODWIT_B", "2", "PATH", "/bin", "GODWIT_A", "1")))
                .isEqualTo("{GODWIT_A=1, GODWIT_B=2}");
    }
}
