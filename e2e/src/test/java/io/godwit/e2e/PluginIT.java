package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.e2e.plugin.LatencyPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A jar that Godwit has never seen carries a device that Godwit refuses. */
class PluginIT {
    private static final String SERVICE = "META-INF/services/io.godwit.plugin.Plugin";

    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    @TempDir
    private Path base;

    private Path images;
    private Path plugins;
    private DumpCommands godwit;
    private Victim victim;
    private int pid;

    @BeforeEach
    void startVictim() throws IOException {
        images = Files.createDirectory(base.resolve("images"));
        plugins = Files.createDirectory(base.resolve("plugins"));
        victim = Victim.of("latency");
        godwit = new DumpCommands(host, images);
        pid = godwit.start(victim);
    }

    @AfterEach
    void stopVictim() throws IOException {
        host.kill(pid);
        victim.close();
    }

    @Test
    void aDeviceIsCarriedWithWhatItHolds() throws IOException {
        pack(LatencyPlugin.class.getName());

        godwit.dump(pid, "-L", plugins.toString()).succeeded();
        godwit.awaitGone(pid);
        godwit.run(List.of("image", "verify", images.toString())).succeeded();
        godwit.restore("-L", plugins.toString()).succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(calls())
                .containsExactly(
                        "pause " + pid + " runs", "checkpoint " + pid + " stands", "resume " + pid + " stands");
    }

    @Test
    void aTreeThatRunsOnIsResumed() throws IOException {
        pack(LatencyPlugin.class.getName());

        godwit.dump(pid, "-L", plugins.toString(), "--leave-running").succeeded();

        assertThat(calls())
                .containsExactly("pause " + pid + " runs", "checkpoint " + pid + " stands", "resume " + pid + " runs");
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void withoutThePluginTheDeviceIsRefusedByName() throws IOException {
        Execution dump = godwit.dump(pid);

        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("/dev/cpu_dma_latency", "process " + pid);
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aRestoreWithoutThePluginNamesIt() throws IOException {
        pack(LatencyPlugin.class.getName());
        godwit.dump(pid, "-L", plugins.toString()).succeeded();
        godwit.awaitGone(pid);

        Execution restore = godwit.restore();

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains("the plugin latency", "--libdir");
        assertThat(host.lives(pid)).isFalse();
        godwit.restore("-L", plugins.toString()).succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aJarThatNamesNoClassOfItsOwnIsAnErrorBeforeTheTreeIsTouched() throws IOException {
        pack("io.godwit.e2e.plugin.Nobody");

        Execution dump = godwit.dump(pid, "-L", plugins.toString());

        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("a plugin in " + plugins + " can not be loaded", "Nobody");
        assertThat(images).isEmptyDirectory();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aPluginOfCriuIsNamedAndPassedOver() throws IOException {
        Files.createFile(plugins.resolve("amdgpu_plugin.so"));

        Execution dump = godwit.dump(pid, "-L", plugins.toString());

        assertThat(dump.output()).contains("amdgpu_plugin.so is a plugin of CRIU");
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    /** Makes a jar of the plugin's class, which names a class as the service. */
    private void pack(String service) throws IOException {
        String file = LatencyPlugin.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(plugins.resolve("latency.jar")));
                InputStream bytes = LatencyPlugin.class.getResourceAsStream("/" + file)) {
            jar.putNextEntry(new JarEntry(file));
            bytes.transferTo(jar);
            jar.putNextEntry(new JarEntry(SERVICE));
            jar.write((service + "\n").getBytes(UTF_8));
        }
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(plugins.resolve("calls"));
    }
}
