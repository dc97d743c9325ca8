package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.NetlinkSkEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Netlink;
import io.godwit.linux.net.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** Netlink sockets by which programs ask about and hear of interfaces, routes, sockets and devices. */
final class NetlinkSocketCollector implements FileCollector {
    private static final int POLLIN = 1;
    private static final int ADDRESS_PORT = 4;
    private static final int ADDRESS_GROUPS = 8;
    private static final int CONNECTED = 1;
    private static final int GROUP_BYTES = 32;

    /** Options that no image has a place for. */
    private static final Map<Integer, String> OTHER_OPTIONS = Map.of(
            3, "NETLINK_PKTINFO",
            4, "NETLINK_BROADCAST_ERROR",
            5, "NETLINK_NO_ENOBUFS",
            8, "NETLINK_LISTEN_ALL_NSID",
            10, "NETLINK_CAP_ACK",
            11, "NETLINK_EXT_ACK",
            12, "NETLINK_GET_STRICT_CHK");

    private final boolean contents;

    /** @param contents the tree stands still, so no message may wait to be read */
    NetlinkSocketCollector(boolean contents) {
        this.contents = contents;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return SocketOptions.isOf(file, Netlink.FAMILY);
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        Fd socket = file.duplicate();
        int protocol = SocketOptions.option(socket, SocketOptions.SO_PROTOCOL);
        refuse(file, protocol);
        ByteBuffer own = NativeMemory.of(Sockets.name(socket)).buffer();
        ByteBuffer peer = NativeMemory.of(Sockets.peer(socket)).buffer();
        NetlinkSkEntry.Builder netlink = NetlinkSkEntry.newBuilder()
                .setId(entry.getId())
                .setIno((int) file.status().inode())
                .setProtocol(protocol)
                .setState(peer.getInt(ADDRESS_PORT) != 0 ? CONNECTED : 0)
                .setFlags(file.flags())
                .setPortid(own.getInt(ADDRESS_PORT))
                .setDstPortid(peer.getInt(ADDRESS_PORT))
                .setDstGroup(peer.getInt(ADDRESS_GROUPS))
                .setFown(file.owner())
                .setOpts(SocketOptions.read(file));
        ByteBuffer groups = Sockets.optionBuffer(socket, Netlink.LEVEL, Netlink.LIST_MEMBERSHIPS, GROUP_BYTES);
        for (int i = 0; i + Integer.BYTES <= groups.capacity(); i += Integer.BYTES) {
            netlink.addGroups(groups.getInt(i));
        }
        entry.setType(FdTypes.NETLINKSK).setNlsk(netlink);
    }

    private void refuse(OpenFile file, int protocol) throws IOException {
        if (!Netlink.SAME_EVERYWHERE.contains(protocol)) {
            throw new CannotMoveException(
                    file.describe(),
                    "a netlink socket of protocol " + protocol + ", whose numbers and state are this host's",
                    "close it; those of interfaces and routes, sockets, device events and IPsec can be moved");
        }
        for (Map.Entry<Integer, String> option : OTHER_OPTIONS.entrySet()) {
            if (Sockets.option(file.duplicate(), Netlink.LEVEL, option.getKey()) != 0) {
                throw new CannotMoveException(
                        file.describe(),
                        "a netlink socket with the option " + option.getValue() + ", which can not be moved yet",
                        "close it, or let the program open it anew after the move");
            }
        }
        if (contents && (Descriptors.poll(file.duplicate(), POLLIN, 0) & POLLIN) != 0) {
            throw new CannotMoveException(
                    file.describe(),
                    "messages of the kernel wait in it to be read, which can not be moved",
                    "try again a moment later");
        }
    }
}
