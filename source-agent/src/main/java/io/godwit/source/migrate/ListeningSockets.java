package io.godwit.source.migrate;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.UnixSkEntry;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpState;
import io.godwit.linux.net.UnixSocket;
import io.godwit.page.proto.ListeningSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** By which of its sockets others find a tree. */
final class ListeningSockets {
    private ListeningSockets() {}

    static List<ListeningSocket> of(List<FileEntry> sockets) {
        return sockets.stream()
                .flatMap(each -> (each.hasIsk() ? inet(each.getIsk()) : unix(each.getUsk())).stream())
                .toList();
    }

    private static Optional<ListeningSocket> inet(InetSkEntry socket) {
        boolean listens = socket.getProto() == Sockets.IPPROTO_TCP
                ? TcpState.of(socket.getState()) == TcpState.LISTENING
                : socket.getDstPort() == 0;
        if (!listens || socket.getSrcPort() == 0) {
            return Optional.empty();
        }
        ByteBuffer address =
                ByteBuffer.allocate(socket.getSrcAddrCount() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        socket.getSrcAddrList().forEach(address::putInt);
        ListeningSocket.Builder listening = ListeningSocket.newBuilder()
                .setFamily(socket.getFamily())
                .setType(socket.getType())
                .setAddress(ByteString.copyFrom(address.flip()))
                .setPort(socket.getSrcPort())
                .setReusePort(socket.getOpts().getSoReuseport())
                .setV6Only(socket.getV6Only())
                .setAnyAddress(socket.getIpOpts().getFreebind());
        if (socket.getOpts().hasSoBoundDev()) {
            listening.setDevice(socket.getOpts().getSoBoundDev());
        }
        return Optional.of(listening.build());
    }

    /** One whose file is gone can not be found by it. */
    private static Optional<ListeningSocket> unix(UnixSkEntry socket) {
        boolean listens = socket.getState() == UnixSocket.LISTENING
                || socket.getType() == Sockets.SOCK_DGRAM
                        && socket.getPeer() == 0
                        && !socket.getName().isEmpty();
        if (!listens || socket.getDeleted()) {
            return Optional.empty();
        }
        return Optional.of(ListeningSocket.newBuilder()
                .setFamily(Sockets.AF_UNIX)
                .setType(socket.getType())
                .setAddress(socket.getName())
                .build());
    }
}
