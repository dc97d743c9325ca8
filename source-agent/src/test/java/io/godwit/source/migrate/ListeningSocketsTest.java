package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.SkOptsEntry;
import io.godwit.image.proto.UnixSkEntry;
import io.godwit.page.proto.ListeningSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListeningSocketsTest {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ESTABLISHED = 1;
    private static final int CLOSED = 7;
    private static final int LISTENING = 10;

    /** 127.0.0.1, as it is in memory. */
    private static final int LOOPBACK = 0x0100007f;

    @Test
    void aTcpSocketThatListensMustHaveItsAddress() {
        assertThat(of(inet(STREAM, TCP, LISTENING).setSrcPort(80)))
                .singleElement()
                .satisfies(socket -> {
                    assertThat(socket.getFamily()).isEqualTo(AF_INET);
                    assertThat(socket.getType()).isEqualTo(STREAM);
                    assertThat(socket.getAddress()).isEqualTo(ByteString.copyFrom(new byte[] {127, 0, 0, 1}));
                    assertThat(socket.getPort()).isEqualTo(80);
                    assertThat(socket.getReusePort()).isTrue();
                });
    }

    @Test
    void aConnectionMustNot() {
        assertThat(of(inet(STREAM, TCP, ESTABLISHED).setSrcPort(80))).isEmpty();
        assertThat(of(inet(STREAM, TCP, CLOSED).setSrcPort(80))).isEmpty();
    }

    @Test
    void aUdpSocketMustUnlessItIsConnectedOrNotBound() {
        assertThat(of(inet(DATAGRAM, UDP, CLOSED).setSrcPort(53))).hasSize(1);
        assertThat(of(inet(DATAGRAM, UDP, ESTABLISHED).setSrcPort(40000).setDstPort(53)))
                .isEmpty();
        assertThat(of(inet(DATAGRAM, UDP, CLOSED))).isEmpty();
    }

    @Test
    void aUnixSocketMustIfItCanBeFound() {
        assertThat(of(unix(STREAM, LISTENING))).singleElement().satisfies(socket -> {
            assertThat(socket.getFamily()).isEqualTo(AF_UNIX);
            assertThat(socket.getAddress().toStringUtf8()).isEqualTo("/run/x");
        });
        assertThat(of(unix(DATAGRAM, CLOSED))).hasSize(1);
        assertThat(of(unix(DATAGRAM, CLOSED).setName(ByteString.EMPTY))).isEmpty();
        assertThat(of(unix(DATAGRAM, ESTABLISHED).setPeer(7))).isEmpty();
        assertThat(of(unix(STREAM, ESTABLISHED))).isEmpty();
        assertThat(of(unix(STREAM, LISTENING).setDeleted(true))).isEmpty();
    }

    private static List<ListeningSocket> of(InetSkEntry.Builder socket) {
        return ListeningSockets.of(List.of(FileEntry.newBuilder()
                .setType(FdTypes.INETSK)
                .setId(1)
                .setIsk(socket)
                .build()));
    }

    private static List<ListeningSocket> of(UnixSkEntry.Builder socket) {
        return ListeningSockets.of(List.of(FileEntry.newBuilder()
                .setType(FdTypes.UNIXSK)
                .setId(1)
                .setUsk(socket)
                .build()));
    }

    private static InetSkEntry.Builder inet(int type, int protocol, int state) {
        return InetSkEntry.newBuilder()
                .setId(1)
                .setIno(1)
                .setFamily(AF_INET)
                .setType(type)
                .setProto(protocol)
                .setState(state)
                .setSrcPort(0)
                .setDstPort(0)
                .setFlags(0)
                .setBacklog(0)
                .setFown(nobody())
                .setOpts(options())
                .addSrcAddr(LOOPBACK);
    }

    private static UnixSkEntry.Builder unix(int type, int state) {
        return UnixSkEntry.newBuilder()
                .setId(1)
                .setIno(1)
                .setType(type)
                .setState(state)
                .setFlags(0)
                .setUflags(0)
                .setBacklog(0)
                .setPeer(0)
                .setFown(nobody())
                .setOpts(options())
                .setName(ByteString.copyFromUtf8("/run/x"));
    }

    private static FownEntry nobody() {
        return FownEntry.newBuilder()
                .setUid(0)
                .setEuid(0)
                .setSignum(0)
                .setPidType(0)
                .setPid(0)
                .build();
    }

    private static SkOptsEntry options() {
        return SkOptsEntry.newBuilder()
                .setSoSndbuf(0)
                .setSoRcvbuf(0)
                .setSoSndTmoSec(0)
                .setSoSndTmoUsec(0)
                .setSoRcvTmoSec(0)
                .setSoRcvTmoUsec(0)
                .setSoReuseport(true)
                .build();
    }
}
