package io.godwit.linux.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KernelCheckIT {
    @Test
    void rootHasAllThatAMigrationNeeds() throws IOException {
        assertThat(KernelCheck.run())
                .filteredOn(state -> state.need() != Need.NOBODY)
                .allSatisfy(state -> assertThat(state.available())
                        .as(state.name() + ": " + state.detail())
                        .isTrue());
    }

    @Test
    void theProbesLeaveNothingOpen() throws IOException {
        KernelCheck.run();
        long before = descriptors();
        KernelCheck.run();
        assertThat(descriptors()).isEqualTo(before);
    }

    private static long descriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }
}
