package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.target.plan.RestoreException;
import org.junit.jupiter.api.Test;

class RestoredPidsTest {
    @Test
    void aNumberOfAnotherNamespaceIsNeverTakenForOneHere() throws Exception {
        assertThat(new RestoredPids(false).here(1)).isEqualTo(1);
        assertThatThrownBy(() -> new RestoredPids(true).here(1))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("process 1,");
    }
}
