package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.source.migrate.Dummies;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsedMigrationsIT {
    @TempDir
    private Path directory;

    @Test
    void goesAllTheWayOfAMigration() throws Exception {
        try (Dummies dummies = Dummies.open()) {
            new RehearsedMigrations().toNowhere(directory, dummies, List.of("--json"));

            assertThat(dummies.failure())
                    .as("what was moved had all kinds of things")
                    .isEmpty();
        }
        assertThat(directory).isEmptyDirectory();
    }
}
