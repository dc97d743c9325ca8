package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.godwit.page.proto.ConnectionAddress;
import io.godwit.page.proto.ListeningSocket;
import io.godwit.page.proto.PreflightFinding;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Only root may bind an address that is not here. */
class SocketCheckIT {
    private static final ByteString DOCUMENTATION = ByteString.copyFrom(new byte[] {(byte) 203, 0, 113, 9});
    private static final ByteString ANY = ByteString.copyFrom(new byte[4]);

    @Test
    void anAddressThatIsNotHereIsNotMissedIfAddressesComeWithTheTree() throws IOException {
        PreflightRequest.Builder request = PreflightRequest.newBuilder().addSockets(listening(DOCUMENTATION, 4711));

        assertThat(findings(request))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getProblem()).contains("not an address of this host"));
        assertThat(findings(request.addAddresses(coming()))).isEmpty();
    }

    @Test
    void aPortThatIsTakenIsFoundIfAddressesComeWithTheTree() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByAddress(ANY.toByteArray()))) {
            assertThat(findings(PreflightRequest.newBuilder()
                            .addAddresses(coming())
                            .addSockets(listening(DOCUMENTATION, server.getLocalPort()))))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.getProblem()).isEqualTo("is in use here"));
        }
    }

    private static ConnectionAddress.Builder coming() {
        return ConnectionAddress.newBuilder().setAddress(DOCUMENTATION).setMoves(true);
    }

    private static ListeningSocket.Builder listening(ByteString address, int port) {
        return ListeningSocket.newBuilder()
                .setFamily(2)
                .setType(1)
                .setAddress(address)
                .setPort(port);
    }

    private static List<PreflightFinding> findings(PreflightRequest.Builder request) throws IOException {
        Findings findings = new Findings();
        new SocketCheck().run(request.build(), findings);
        return findings.all();
    }
}
