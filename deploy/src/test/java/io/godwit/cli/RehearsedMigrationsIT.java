package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsedMigrationsIT {
    @TempDir
    private Path directory;

    @Test
    void goesAllTheWayOfAMigration() throws Exception {
        assertThat(new RehearsedMigrations().toNowhere(directory, List.of("--json")))
                .isEmpty();
        assertThat(directory).isEmptyDirectory();
    }
}
