package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.godwit.linux.file.FileFacts;
import io.godwit.linux.machine.KernelVdso;
import io.godwit.page.proto.ConnectionAddress;
import io.godwit.page.proto.ListeningSocket;
import io.godwit.page.proto.PathNeed;
import io.godwit.page.proto.PreflightFinding;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check, with something to find and with nothing. */
class TargetPreflightTest {
    private static final int FREE_PID = 32_111;

    @TempDir
    Path directory;

    @Test
    void aPidThatIsTakenIsFoundAndAFreeOneIsNot() throws IOException {
        int self = (int) ProcessHandle.current().pid();

        assertThat(run(
                        new PidCheck(),
                        PreflightRequest.newBuilder().addPids(self).addPids(FREE_PID)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.getError()).isTrue();
                    assertThat(finding.getSubject()).isEqualTo("pid " + self);
                });
    }

    @Test
    void moreMemoryThanThereIsIsFound() throws IOException {
        assertThat(run(new MemoryCheck(), PreflightRequest.newBuilder().setMemoryBytes(1L << 60)))
                .hasSize(1);
        assertThat(run(new MemoryCheck(), PreflightRequest.newBuilder().setMemoryBytes(4096)))
                .isEmpty();
    }

    @Test
    void aMissingPathIsFound() throws IOException {
        PathNeed need = PathNeed.newBuilder()
                .setPath(directory.resolve("nowhere").toString())
                .setRole(PathNeed.Role.OPEN_FILE)
                .build();

        assertThat(run(new PathCheck(), PreflightRequest.newBuilder().addPaths(need)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getProblem()).contains("open file"));
    }

    @Test
    void aLibraryOfOtherContentIsFoundAndTheSameOneIsNot() throws IOException {
        Path library = Files.writeString(directory.resolve("lib.so"), "one");
        FileFacts facts = FileFacts.of(library);
        PathNeed need = PathNeed.newBuilder()
                .setPath(library.toString())
                .setRole(PathNeed.Role.LIBRARY)
                .setSameContent(true)
                .setSize(facts.size())
                .setMode(facts.mode())
                .setCrc32C(facts.crc32c().orElseThrow())
                .build();

        assertThat(run(new PathCheck(), PreflightRequest.newBuilder().addPaths(need)))
                .isEmpty();
        Files.writeString(library, "two");
        assertThat(run(new PathCheck(), PreflightRequest.newBuilder().addPaths(need)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getProblem()).contains("other content"));
    }

    @Test
    void aLogThatHasGrownSinceIsNoFinding() throws IOException {
        Path log = Files.writeString(directory.resolve("log"), "line");
        PathNeed need = PathNeed.newBuilder()
                .setPath(log.toString())
                .setMode(FileFacts.of(log).mode())
                .setSize(1)
                .build();

        assertThat(run(new PathCheck(), PreflightRequest.newBuilder().addPaths(need)))
                .isEmpty();
    }

    @Test
    void theVdsoOfThisKernelPassesAndAnotherIsFound() throws IOException {
        ByteString own = ByteString.copyFrom(KernelVdso.sha256());

        assertThat(run(new VdsoCheck(), PreflightRequest.newBuilder().setVdsoSha256(own)))
                .isEmpty();
        assertThat(run(new VdsoCheck(), PreflightRequest.newBuilder().setVdsoSha256(ByteString.copyFromUtf8("x"))))
                .hasSize(1);
    }

    @Test
    void processorFeaturesThatAreMissingAreNamed() throws IOException {
        assertThat(run(
                        new CpuCheck(),
                        PreflightRequest.newBuilder().addCpuFlags("fpu").addCpuFlags("warp")))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getProblem()).isEqualTo("lacks warp"));
    }

    @Test
    void anAddressThatIsListenedOnIsFoundAndAFreeOneIsNot() throws IOException {
        ListeningSocket socket;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            socket = ListeningSocket.newBuilder()
                    .setFamily(2)
                    .setType(1)
                    .setAddress(ByteString.copyFrom(new byte[] {127, 0, 0, 1}))
                    .setPort(server.getLocalPort())
                    .build();

            assertThat(run(new SocketCheck(), PreflightRequest.newBuilder().addSockets(socket)))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.getProblem()).contains("in use"));
        }
        assertThat(run(new SocketCheck(), PreflightRequest.newBuilder().addSockets(socket)))
                .isEmpty();
    }

    @Test
    void aSocketMayShareAnAddressAsItsOptionsSay() throws IOException {
        try (DatagramSocket shared = new DatagramSocket(null)) {
            shared.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            shared.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            ListeningSocket.Builder socket = ListeningSocket.newBuilder()
                    .setFamily(2)
                    .setType(2)
                    .setAddress(ByteString.copyFrom(new byte[] {127, 0, 0, 1}))
                    .setPort(shared.getLocalPort());

            assertThat(run(new SocketCheck(), PreflightRequest.newBuilder().addSockets(socket)))
                    .singleElement()
                    .satisfies(finding ->
                            assertThat(finding.getSubject()).isEqualTo("UDP address 127.0.0.1:" + socket.getPort()));
            assertThat(run(new SocketCheck(), PreflightRequest.newBuilder().addSockets(socket.setReusePort(true))))
                    .isEmpty();
        }
    }

    @Test
    void aUnixSocketThatAProgramListensOnIsFoundAndAStaleOneIsNot(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("socket");
        ListeningSocket socket = ListeningSocket.newBuilder()
                .setFamily(1)
                .setType(1)
                .setAddress(ByteString.copyFromUtf8(path + "\0"))
                .build();
        PreflightRequest.Builder request = PreflightRequest.newBuilder().addSockets(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));

            assertThat(run(new SocketCheck(), request))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.getSubject()).isEqualTo("unix socket " + path));
        }
        assertThat(path).exists();
        assertThat(run(new SocketCheck(), request)).isEmpty();
    }

    @Test
    void anAddressOfConnectionsMustBeHereOrHaveANetworkToComeTo() throws IOException {
        byte[] loopback = {127, 0, 0, 1};
        byte[] documentation = {(byte) 203, 0, 113, 9};

        AddressCheck check = new AddressCheck(capability -> true);

        assertThat(run(check, address(loopback, 8, false))).isEmpty();
        assertThat(run(check, address(new byte[] {127, 9, 9, 9}, 8, true))).isEmpty();
        assertThat(run(check, address(loopback, 8, true)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getProblem()).contains("here already"));
        assertThat(run(check, address(documentation, 24, false)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getAdvice()).contains("--move-addresses"));
        assertThat(run(check, address(documentation, 24, true)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getProblem()).contains("no interface"));
    }

    @Test
    void aRightThatAddressesNeedToMoveIsNamed() throws IOException {
        byte[] free = {127, 9, 9, 9};
        AddressCheck mayNotSendRaw = new AddressCheck(capability -> !capability.equals("CAP_NET_RAW"));
        AddressCheck mayNothing = new AddressCheck(capability -> false);

        assertThat(run(mayNotSendRaw, address(free, 8, true)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.getSubject()).isEqualTo("CAP_NET_RAW"));
        assertThat(run(mayNothing, address(free, 8, true))).hasSize(2);
        assertThat(run(mayNothing, address(new byte[] {127, 0, 0, 1}, 8, false)))
                .isEmpty();
    }

    private static PreflightRequest.Builder address(byte[] address, int prefix, boolean moves) {
        return PreflightRequest.newBuilder()
                .addAddresses(ConnectionAddress.newBuilder()
                        .setAddress(ByteString.copyFrom(address))
                        .setPrefix(prefix)
                        .setMoves(moves));
    }

    private static List<PreflightFinding> run(Check check, PreflightRequest.Builder request) throws IOException {
        Findings findings = new Findings();
        check.run(request.build(), findings);
        return findings.all();
    }
}
