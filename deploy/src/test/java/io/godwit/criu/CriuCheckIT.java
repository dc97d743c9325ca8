package io.godwit.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verdicts of {@code criu check} on this kernel, which has all that Godwit needs. */
class CriuCheckIT {
    @Test
    void memoryCanBeTracked() {
        assertThat(CommandRun.of(Manner.CRIU, "check", "--feature", "mem_dirty_track"))
                .isEqualTo(new CommandRun(0, "mem_dirty_track is supported\n", ""));
    }

    @Test
    void whatIsNeededIsThere() {
        assertThat(CommandRun.of(Manner.CRIU, "check")).isEqualTo(new CommandRun(0, "Looks good.\n", ""));
    }

    @Test
    void theVerdictOnAllTellsEachFeatureThatIsMissing() throws IOException {
        List<FeatureState> all = new ArrayList<>(KernelCheck.extra());
        all.addAll(KernelCheck.experimental());
        List<String> missing = all.stream()
                .filter(state -> !state.available())
                .map(FeatureState::name)
                .toList();

        CommandRun run = CommandRun.of(Manner.CRIU, "check", "--all");

        if (missing.isEmpty()) {
            assertThat(run).isEqualTo(new CommandRun(0, "Looks good.\n", ""));
        } else {
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out().lines()).hasSize(3);
            assertThat(run.out()).startsWith("Looks good but").contains(String.join(" ", missing));
        }
    }

    @Test
    void whatCriuDoesNotKnowIsExitCodeOne() {
        assertThat(CommandRun.of(Manner.CRIU, "check", "--feature", "list").code())
                .isEqualTo(1);
        assertThat(CommandRun.of(Manner.CRIU, "check", "--ms").code()).isEqualTo(1);
    }
}
