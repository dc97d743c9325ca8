package io.godwit.linux.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelCheckTest {
    @Test
    void aProbeThatFailsIsAFeatureThatIsMissingWithTheReason() throws IOException {
        Feature works = new Feature("works", Need.BOTH, "nothing works", subject -> "fine");
        Feature fails = new Feature("fails", Need.TARGET, "something is lost", subject -> {
            throw new IOException("because");
        });
        assertThat(KernelCheck.run(List.of(works, fails)))
                .containsExactly(
                        new FeatureState("works", Need.BOTH, true, "fine", "nothing works"),
                        new FeatureState("fails", Need.TARGET, false, "because", "something is lost"));
    }

    @Test
    void theListNamesEachFeatureOnceAndSaysWhatItIsFor() {
        List<Feature> all = Features.all();
        assertThat(all).extracting(Feature::name).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(feature -> assertThat(feature.without()).isNotBlank());
    }

    @Test
    void whoeverRunsItEveryFeatureGetsAnAnswer() throws IOException {
        List<FeatureState> states = KernelCheck.run();
        assertThat(states).hasSameSizeAs(Features.all());
        assertThat(states)
                .filteredOn(state -> !state.available())
                .allSatisfy(state -> assertThat(state.detail()).isNotBlank());
    }
}
