package io.godwit.criu.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListeningPortTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private static final String LISTENING =
            "   0: 0100007F:A5A5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 0 0 10 0";
    private static final String ESTABLISHED =
            "   1: 0100007F:1234 0100007F:A5A5 01 00000000:00000000 00:00000000 00000000     0        0 78 1 0 100 0 0 10 0";

    @Test
    void itIsThatOfTheListeningSocketAmongThoseOfTheProcess() {
        List<String> table = List.of(HEAD, ESTABLISHED, LISTENING);
        assertThat(ListeningPort.find(table, Set.of("77", "78"))).contains(0xa5a5);
        assertThat(ListeningPort.find(table, Set.of("78"))).isEmpty();
    }

    @Test
    void thisProcessTellsItsOwn() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ListeningPort.of((int) ProcessHandle.current().pid())).isEqualTo(socket.getLocalPort());
        }
    }
}
