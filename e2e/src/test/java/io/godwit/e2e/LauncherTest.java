package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/godwit} in a checkout that was built, with a Java that does nothing. */
class LauncherTest {
    private static final String WARNING = "the class archive was made with another Java or in another directory";

    @TempDir
    private Path directory;

    private Path deploy;
    private Path made;

    @BeforeEach
    void build() throws IOException {
        deploy = Files.createDirectories(directory.toRealPath().resolve("deploy"));
        Files.createDirectories(deploy.resolve("lib"));
        Files.createDirectories(deploy.resolve("target/completion"));
        Files.createFile(deploy.resolve("target/completion/godwit.bash"));
        copy("godwit");
        copy("lib/java.sh");
        Path java = directory.resolve("java/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\necho ran\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        update("17.0.1");
        made = Files.writeString(deploy.resolve("target/godwit.jsa.made"), deploy + ":JAVA_VERSION=17.0.1\n");
    }

    private void copy(String file) throws IOException {
        Files.copy(Checkout.file("deploy/" + file), deploy.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private void update(String version) throws IOException {
        Files.writeString(directory.resolve("java/release"), "JAVA_VERSION=" + version + "\n");
    }

    @Test
    void nothingIsSaidOfAnArchiveThatFits() throws Exception {
        assertThat(godwit("migrate")).isEqualTo("ran\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "target-agent"})
    void anUpdateOfJavaIsToldOfWhereItCostsTheTree(String command) throws Exception {
        update("17.0.2");
        assertThat(godwit(command))
                .contains(WARNING, deploy.resolve("lib/class-archive.sh").toString())
                .endsWith("ran\n");
        assertThat(godwit("dump")).isEqualTo("ran\n");
    }

    @Test
    void aMoveOfTheCheckoutIsToldOf() throws Exception {
        Files.writeString(made, "/elsewhere/deploy:JAVA_VERSION=17.0.1\n");
        assertThat(godwit("migrate")).contains(WARNING);
    }

    @Test
    void whereNobodyKnowsNothingIsSaid() throws Exception {
        Files.delete(made);
        assertThat(godwit("migrate")).isEqualTo("ran\n");
        Files.delete(directory.resolve("java/release"));
        assertThat(godwit("migrate")).isEqualTo("ran\n");
    }

    private String godwit(String command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(deploy.resolve("godwit").toString(), command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", directory.resolve("java").toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }
}
