package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, 4650",
        "127.0.0.1:9, 127.0.0.1, 9",
        "::1, 0:0:0:0:0:0:0:1, 4650",
        "[::1], 0:0:0:0:0:0:0:1, 4650",
        "[::1]:77, 0:0:0:0:0:0:0:1, 77",
        "0.0.0.0:0, 0.0.0.0, 0"
    })
    void anAddressMayHaveAPort(String text, String host, int port) {
        assertThat(ListenAddress.parse(text).getAddress().getHostAddress()).isEqualTo(host);
        assertThat(ListenAddress.parse(text).getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:x", "127.0.0.1:70000", ":80", ""})
    void anythingElseIsRefusedInItsOwnWords(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theDefaultPortIsTheOneThatSourcesConnectTo() {
        assertThat(ListenAddress.DEFAULT_PORT).isEqualTo(4650);
    }
}
