package io.godwit.page.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConnectFailureTest {
    @Test
    void onlyTheWordsOfTheKernelAreLeft() {
        String v4 = "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:4711";
        String v6 = "connect(..) failed with error(-101): Network is unreachable: host-b/[2001:db8:0:0:0:0:0:1]:4711";
        assertThat(ConnectFailure.words(new IOException(v4))).isEqualTo("Connection refused");
        assertThat(ConnectFailure.words(new IOException(v6))).isEqualTo("Network is unreachable");
        assertThat(ConnectFailure.words(new IOException("connection timed out after 5000 ms: /10.0.0.1:4711")))
                .isEqualTo("connection timed out after 5000 ms");
        assertThat(ConnectFailure.words(new IOException())).isEqualTo("IOException");
    }
}
