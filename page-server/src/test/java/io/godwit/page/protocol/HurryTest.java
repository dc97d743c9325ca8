package io.godwit.page.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HurryTest {
    @Test
    void isFoundInWhatARoundTells() throws ProtocolException {
        for (Hurry hurry : Hurry.values()) {
            assertThat(Hurry.of(Frame.IN_PLACE | hurry.ordinal() << Frame.HURRY_SHIFT))
                    .isEqualTo(hurry);
        }
    }

    @Test
    void ofALaterVersionIsRefused() {
        assertThatThrownBy(() -> Hurry.of(Hurry.values().length << Frame.HURRY_SHIFT))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("unknown kind");
        assertThatThrownBy(() -> Hurry.of(-1)).isInstanceOf(ProtocolException.class);
    }
}
