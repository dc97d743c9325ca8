package io.godwit.criu.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.options.OptionException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityLabelOfTest {
    private static final Optional<String> OWN = Optional.of("docker-default");

    @ParameterizedTest
    @ValueSource(strings = {"none", "none:", "none:any", "apparmor:docker-default"})
    void whatTheTreeWillHaveMayBeAskedFor(String wanted) {
        assertThat(SecurityLabelOf.restore(wanted, OWN)).isTrue();
    }

    @Test
    void anotherLabelIsRefusedInWords() {
        assertThatThrownBy(() -> SecurityLabelOf.restore("apparmor:mysqld", OWN))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("--lsm-profile apparmor:mysqld")
                .hasMessageContaining("'docker-default'");
        assertThatThrownBy(() -> SecurityLabelOf.restore("selinux:a:b:c:s0", Optional.empty()))
                .hasMessageContaining("which has none");
        assertThatThrownBy(() -> SecurityLabelOf.restore("smack:x", OWN)).hasMessageContaining("is none of");
    }
}
