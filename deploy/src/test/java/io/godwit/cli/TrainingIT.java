package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingIT {
    @TempDir
    private Path directory;

    @Test
    void goesAllTheWayOfAMigration() throws Exception {
        assertThat(Training.migrate(directory, "--json")).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }
}
