package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs programs in an ordinary child: {@code godwit-seed --run FILE}. */
final class SeedRunner {
    static final long ARENA = 0x10_0000_0000L;

    private final Path directory;
    private final Path seed;

    SeedRunner(Path directory) throws IOException {
        this.directory = directory;
        this.seed = MachineImage.extractSeed(directory);
    }

    Path seed() {
        return seed;
    }

    RunResult run(Assembler assembler) throws IOException, InterruptedException {
        Program program = assembler.build();
        Path arena = Files.write(directory.resolve("arena"), program.encode(ARENA));
        Process process = new ProcessBuilder(List.of(seed.toString(), "--run", arena.toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return RunResult.decode(program, Files.readAllBytes(arena));
    }
}
