package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedTest {
    @TempDir
    Path directory;

    private Path seed;

    @BeforeEach
    void extractTheSeed() throws Exception {
        seed = MachineImage.extractSeed(directory);
    }

    @Test
    void wrongArgumentsAreAnswered() throws Exception {
        String usage = "usage: godwit-seed PID | --init | --sleep | --hold FD | --run FILE\n";
        assertThat(run(2)).isEqualTo(usage);
        assertThat(run(2, "12x")).isEqualTo(usage);
        assertThat(run(2, "")).isEqualTo(usage);
        assertThat(run(2, "99999999999999999999")).isEqualTo(usage);
        assertThat(run(2, "--run")).isEqualTo(usage);
        assertThat(run(2, "1", "2")).isEqualTo(usage);
    }

    @Test
    void aTakenPidIsAnError() throws Exception {
        assertThat(run(1, "1")).matches("error: clone3: (1|17)\n"); // EPERM without root, EEXIST with it
    }

    @Test
    void aMissingProgramIsAnError() throws Exception {
        assertThat(run(1, "--run", directory.resolve("nothing").toString())).isEqualTo("error: open: 2\n");
    }

    private String run(int status, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = seed.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(status);
        return output;
    }
}
