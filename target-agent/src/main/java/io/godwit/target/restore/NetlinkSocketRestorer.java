package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.NetlinkSkEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Netlink;
import io.godwit.linux.net.Sockets;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.stream.IntStream;

/** Makes netlink sockets with the addresses and the groups that they had. */
final class NetlinkSocketRestorer implements KindRestorer {
    private static final int ADDRESS_BYTES = 12;

    @Override
    public boolean connects() {
        return true;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasNlsk()) {
                table.put(file.getId(), make(file.getNlsk()));
            }
        }
    }

    private static Fd make(NetlinkSkEntry entry) throws IOException {
        if (!Netlink.SAME_EVERYWHERE.contains(entry.getProtocol())) {
            throw new RestoreException(
                    "a netlink socket of protocol " + entry.getProtocol() + " can not be restored yet");
        }
        Fd fd = Sockets.socket(Netlink.FAMILY, Sockets.SOCK_RAW, entry.getProtocol());
        try {
            SocketOptions.buffers(fd, entry.getOpts());
            if (entry.getPortid() != 0) {
                bind(fd, entry);
            }
            for (int group : groups(entry)) {
                Sockets.setOption(fd, Netlink.LEVEL, Netlink.ADD_MEMBERSHIP, group);
            }
            if (entry.getDstPortid() != 0 || entry.getDstGroup() != 0) {
                Sockets.connect(fd, address(entry.getDstPortid(), entry.getDstGroup()), "a netlink socket");
            }
            SocketOptions.apply(fd, entry.getOpts());
            FileFlags.apply(fd, entry.getFlags());
            return fd;
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    private static void bind(Fd fd, NetlinkSkEntry entry) throws IOException {
        try {
            Sockets.bind(fd, address(entry.getPortid(), 0), "netlink port " + entry.getPortid());
        } catch (LinuxException e) {
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
            throw new RestoreException(
                    "another program of this host has the netlink port " + Integer.toUnsignedString(entry.getPortid())
                            + " of protocol " + entry.getProtocol() + "; see `ss -f netlink`, and stop it");
        }
    }

    private static int[] groups(NetlinkSkEntry entry) {
        return IntStream.range(0, entry.getGroupsCount() * Integer.SIZE)
                .filter(bit -> (entry.getGroups(bit / Integer.SIZE) >>> (bit % Integer.SIZE) & 1) != 0)
                .map(bit -> bit + 1)
                .toArray();
    }

    /** struct sockaddr_nl. */
    private static byte[] address(int port, int groups) {
        NativeMemory address = NativeMemory.allocate(ADDRESS_BYTES);
        address.buffer().putShort(0, (short) Netlink.FAMILY).putInt(4, port).putInt(8, groups);
        return address.bytes(0, ADDRESS_BYTES);
    }
}
