package io.godwit.target.receive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FilePermsEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.IpOptsEntry;
import io.godwit.image.proto.SkOptsEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.TcpOptsEntry;
import io.godwit.image.proto.UnixSkEntry;
import java.util.List;

/** The sockets of the made-up tree: what servers have, but for what takes rights that are not always there, such as connections. */
final class RehearsalSockets {
    static final int PAIR = 20;
    static final int OTHER = 21;
    static final int UNIX_LISTENER = 22;
    static final int TCP_LISTENER = 23;
    static final int UDP = 24;

    /** 127.64.0.0/10, of which each pid gives an address. */
    private static final int ADDRESSES = 0x7f400000;

    private static final int PORT = 61853;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
    private static final int TCP_ESTABLISHED = 1;
    private static final int TCP_CLOSE = 7;
    private static final int TCP_LISTEN = 10;
    private static final int O_RDWR = 2;
    private static final int MODE = 0140755;
    private static final byte[] CONTENT = "rehearsal".getBytes(US_ASCII);

    private RehearsalSockets() {}

    /** @param pid makes the addresses the tree's own in the network namespace */
    static List<FileEntry> files(int pid) {
        UnixSkEntry.Builder listener = unix(UNIX_LISTENER, 0, TCP_LISTEN)
                .setBacklog(1)
                .setName(ByteString.copyFrom("\0godwit-rehearsal-" + pid, US_ASCII))
                .setFilePerms(
                        FilePermsEntry.newBuilder().setMode(MODE).setUid(0).setGid(0));
        return List.of(
                file(unix(PAIR, OTHER, TCP_ESTABLISHED)),
                file(unix(OTHER, PAIR, TCP_ESTABLISHED)),
                file(listener),
                file(inet(TCP_LISTENER, pid, SOCK_STREAM, IPPROTO_TCP, TCP_LISTEN)
                        .setBacklog(1)
                        .setTcpOpts(TcpOptsEntry.newBuilder().setCork(false).setNodelay(true))),
                file(inet(UDP, pid, SOCK_DGRAM, IPPROTO_UDP, TCP_CLOSE)));
    }

    /** What one of the pair has not read yet. */
    static byte[] queues() {
        SkPacketEntry entry = SkPacketEntry.newBuilder()
                .setIdFor(PAIR)
                .setLength(CONTENT.length)
                .build();
        return ImageEncoder.encodeEntries(ImageKind.SK_QUEUES, List.of(new ImageEncoder.Entry(entry, CONTENT)));
    }

    private static FileEntry file(UnixSkEntry.Builder socket) {
        return FileEntry.newBuilder()
                .setId(socket.getId())
                .setType(FdTypes.UNIXSK)
                .setUsk(socket)
                .build();
    }

    private static FileEntry file(InetSkEntry.Builder socket) {
        return FileEntry.newBuilder()
                .setId(socket.getId())
                .setType(FdTypes.INETSK)
                .setIsk(socket)
                .build();
    }

    private static UnixSkEntry.Builder unix(int id, int peer, int state) {
        return UnixSkEntry.newBuilder()
                .setId(id)
                .setIno(id)
                .setType(SOCK_STREAM)
                .setState(state)
                .setFlags(O_RDWR)
                .setUflags(0)
                .setBacklog(0)
                .setPeer(peer)
                .setFown(RehearsalFiles.NOBODY)
                .setOpts(options())
                .setName(ByteString.EMPTY);
    }

    private static InetSkEntry.Builder inet(int id, int pid, int type, int protocol, int state) {
        return InetSkEntry.newBuilder()
                .setId(id)
                .setIno(id)
                .setFamily(AF_INET)
                .setType(type)
                .setProto(protocol)
                .setState(state)
                .setSrcPort(PORT)
                .setDstPort(0)
                .setFlags(O_RDWR)
                .setBacklog(0)
                .addSrcAddr(Integer.reverseBytes(ADDRESSES | pid))
                .addDstAddr(0)
                .setFown(RehearsalFiles.NOBODY)
                .setOpts(options())
                .setIpOpts(IpOptsEntry.newBuilder()
                        .setFreebind(false)
                        .setPktinfo(false)
                        .setTos(0)
                        .setTtl(64));
    }

    /** Buffers of the kernel's choice: others take CAP_NET_ADMIN. */
    private static SkOptsEntry options() {
        return SkOptsEntry.newBuilder()
                .setSoSndbuf(0)
                .setSoRcvbuf(0)
                .setSoSndTmoSec(0)
                .setSoSndTmoUsec(0)
                .setSoRcvTmoSec(0)
                .setSoRcvTmoUsec(0)
                .setReuseaddr(true)
                .setSoPriority(0)
                .setSoRcvlowat(1)
                .setSoMark(0)
                .setSoPasscred(false)
                .setSoReuseport(false)
                .setSoBroadcast(false)
                .setSoKeepalive(true)
                .setSoOobinline(0)
                .build();
    }
}
