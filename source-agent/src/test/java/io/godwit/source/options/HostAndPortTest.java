package io.godwit.source.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAndPortTest {
    @ParameterizedTest
    @CsvSource({
        "host-b,               host-b,       99",
        "host-b:4000,          host-b,       4000",
        "10.0.0.2:4000,        10.0.0.2,     4000",
        "[2001:db8::1]:4000,   2001:db8::1,  4000",
        "[2001:db8::1],        2001:db8::1,  99",
        "2001:db8::1,          2001:db8::1,  99",
        "::1,                  ::1,          99",
        "[fe80::1%eth0]:65535, fe80::1%eth0, 65535"
    })
    void readsEveryForm(String text, String host, int port) {
        assertThat(HostAndPort.parse(text, 99)).isEqualTo(new HostAndPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ":4000",
                "host:",
                "host:port",
                "host:0",
                "host:65536",
                "host:-1",
                "host:123456",
                "[::1",
                "[::1]x",
                "[::1]:",
                "[host]:1",
                "[]:1",
                "tcp://host:1",
                "a b",
                "host:+1"
            })
    void refusesWhatIsNoTarget(String text) {
        assertThatThrownBy(() -> HostAndPort.parse(text, 99)).isInstanceOf(OptionException.class);
    }

    @Test
    void isWrittenAsItIsRead() {
        assertThat(HostAndPort.parse("[::1]:4000", 99)).hasToString("[::1]:4000");
        assertThat(HostAndPort.parse("host-b", 99)).hasToString("host-b:99");
    }

    @Test
    void loopbackNeedsNoPermission() {
        assertThat(new HostAndPort("127.0.0.1", 4000).resolve(false).getPort()).isEqualTo(4000);
        assertThat(new HostAndPort("::1", 4000).resolve(false).getAddress().isLoopbackAddress())
                .isTrue();
    }

    @Test
    void plainTcpToAnotherHostNeedsInsecure() {
        HostAndPort other = new HostAndPort("10.0.0.2", 4000);
        assertThatThrownBy(() -> other.resolve(false))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("10.0.0.2:4000")
                .hasMessageContaining("--insecure");
        assertThat(other.resolve(true).isUnresolved()).isFalse();
    }

    @Test
    void aHostThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new HostAndPort("nowhere.invalid", 1).resolve(true))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("nowhere.invalid");
    }
}
