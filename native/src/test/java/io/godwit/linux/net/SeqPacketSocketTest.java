package io.godwit.linux.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeqPacketSocketTest {
    private static final int LIMIT = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void packetsKeepTheirBounds() throws IOException {
        SeqPacketSocket[] ends = SeqPacketSocket.pair();
        try (SeqPacketSocket a = ends[0];
                SeqPacketSocket b = ends[1]) {
            byte[] large = new byte[100_000];
            Arrays.fill(large, (byte) 7);
            a.send("one".getBytes(UTF_8));
            a.send(large);
            assertThat(b.receive(LIMIT))
                    .hasValueSatisfying(
                            packet -> assertThat(packet).asString(UTF_8).isEqualTo("one"));
            assertThat(b.receive(LIMIT)).hasValue(large);
        }
    }

    @Test
    void aPacketAboveTheLimitIsRefusedBeforeMemoryIsTakenForIt() throws IOException {
        SeqPacketSocket[] ends = SeqPacketSocket.pair();
        try (SeqPacketSocket a = ends[0];
                SeqPacketSocket b = ends[1]) {
            a.send(new byte[1001]);
            assertThatThrownBy(() -> b.receive(1000)).hasMessageContaining("1001 bytes");
        }
    }

    @Test
    void theEndIsNoPacket() throws IOException {
        SeqPacketSocket[] ends = SeqPacketSocket.pair();
        try (SeqPacketSocket b = ends[1]) {
            b.send("never read".getBytes(UTF_8));
            assertThat(b.isAbandoned()).isFalse();
            ends[0].close();
            assertThat(b.isAbandoned()).isTrue();
            assertThat(b.receive(LIMIT)).isEmpty();
            assertThatThrownBy(() -> b.send("late".getBytes(UTF_8))).hasMessageContaining("EPIPE");
        }
    }

    @Test
    void theOtherEndOfAPairIsThisProcess() throws IOException {
        SeqPacketSocket[] ends = SeqPacketSocket.pair();
        try (SeqPacketSocket a = ends[0];
                SeqPacketSocket b = ends[1]) {
            PeerCredentials peer = a.peer();
            assertThat(peer.pid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(peer.uid()).isEqualTo((int) Kernel.syscall(Syscall.GETUID));
            assertThat(peer.isRoot()).isEqualTo(peer.uid() == 0);
            assertThat(peer.groups()).hasSize((int) Kernel.syscall(Syscall.GETGROUPS, 0, 0));
            assertThat(b.fd().number()).isPositive();
        }
    }

    @Test
    void anybodyMayConnectToAListener() throws IOException {
        Path path = directory.resolve("service");
        try (SeqPacketListener listener = SeqPacketListener.at(path, 1);
                SeqPacketSocket client = SeqPacketSocket.connect(path.toString());
                SeqPacketSocket server = listener.accept()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw-rw-");
            client.send("hello".getBytes(UTF_8));
            assertThat(server.receive(LIMIT))
                    .hasValueSatisfying(
                            packet -> assertThat(packet).asString(UTF_8).isEqualTo("hello"));
        }
    }

    @Test
    void aPathThatIsTakenOrTooLongIsNamed() throws IOException {
        Path taken = Files.createFile(directory.resolve("taken"));
        assertThatThrownBy(() -> SeqPacketListener.at(taken, 1))
                .hasMessageContaining(taken.toString())
                .hasMessageContaining("EADDRINUSE");
        Path longer = directory.resolve("x".repeat(120));
        assertThatThrownBy(() -> SeqPacketListener.at(longer, 1)).hasMessageContaining("1 to 107 bytes");
    }

    @Test
    void whatIsNoSuchSocketIsRefused() throws IOException {
        try (Fd file = Descriptors.open("/dev/null", Descriptors.O_RDWR, 0)) {
            assertThatThrownBy(() -> SeqPacketSocket.of(file)).hasMessageContaining("ENOTSOCK");
        }
        try (Fd stream = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0)) {
            assertThatThrownBy(() -> SeqPacketSocket.of(stream)).hasMessageContaining("SOCK_SEQPACKET");
        }
        Fd none = Fd.of(1_000_000);
        assertThatThrownBy(() -> SeqPacketSocket.of(none)).hasMessageContaining("EBADF");
        none.release();
    }
}
