package io.godwit.linux.net;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An address of an interface of this host, to be given or taken (rtnetlink(7)). Needs CAP_NET_ADMIN.
 *
 * @param address 4 or 16 bytes
 * @param prefix the bits of it that name the network
 */
public record HostAddress(byte[] address, int prefix, int interfaceIndex) {
    private static final int NETLINK_ROUTE = 0;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int REQUEST_ACK = 5;
    private static final int CREATE_EXCLUSIVE = 0x600;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final byte NO_DUPLICATE_DETECTION = 2;
    private static final int HEADER_BYTES = 16;
    private static final int MOST_POINT_TO_POINT_BITS = 31;

    public InetAddress inetAddress() {
        return inetAddress(address);
    }

    /** That of 4 or 16 bytes. */
    static InetAddress inetAddress(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    boolean v4() {
        return address.length == 4;
    }

    /** Gives it to the interface; it can be used at once. Fine if it has it. */
    public void add() throws LinuxException {
        request(RTM_NEWADDR, CREATE_EXCLUSIVE, Errno.EEXIST);
    }

    /**
     * Takes it from the interface. Fine if it has it not. Without the setting promote_secondaries the kernel takes those of the same
     * network with it, which are given back.
     */
    public void remove() throws IOException {
        List<HostAddress> others = others();
        request(RTM_DELADDR, 0, Errno.EADDRNOTAVAIL);
        for (HostAddress other : others) {
            other.add();
        }
    }

    /** The interface's other IPv4 addresses of the same length of network. */
    private List<HostAddress> others() throws IOException {
        List<HostAddress> others = new ArrayList<>();
        NetworkInterface device = NetworkInterface.getByIndex(interfaceIndex);
        if (!v4() || device == null) {
            return others;
        }
        for (InterfaceAddress each : device.getInterfaceAddresses()) {
            byte[] other = each.getAddress().getAddress();
            if (other.length == address.length
                    && each.getNetworkPrefixLength() == prefix
                    && !Arrays.equals(other, address)) {
                others.add(new HostAddress(other, prefix, interfaceIndex));
            }
        }
        return others;
    }

    private void request(int type, int flags, Errno fine) throws LinuxException {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + 8 + 3 * 20).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0)
                .putShort((short) type)
                .putShort((short) (REQUEST_ACK | flags))
                .putLong(0);
        out.put((byte) (v4() ? Sockets.AF_INET : Sockets.AF_INET6)).put((byte) prefix);
        out.put(v4() ? 0 : NO_DUPLICATE_DETECTION).put((byte) 0).putInt(interfaceIndex);
        attribute(out, IFA_LOCAL, address);
        attribute(out, IFA_ADDRESS, address);
        if (v4() && prefix < MOST_POINT_TO_POINT_BITS && type == RTM_NEWADDR) {
            int all = ByteBuffer.wrap(address).getInt() | -1 >>> prefix;
            attribute(out, IFA_BROADCAST, ByteBuffer.allocate(4).putInt(all).array());
        }
        out.putInt(0, out.position());
        try (Fd netlink = Sockets.socket(Netlink.FAMILY, Sockets.SOCK_RAW, NETLINK_ROUTE)) {
            int error = Netlink.request(netlink, Arrays.copyOf(out.array(), out.position()));
            if (error != -fine.value()) {
                Kernel.check(error, "rtnetlink", "address " + this);
            }
        }
    }

    private static void attribute(ByteBuffer out, int type, byte[] value) {
        out.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    }

    @Override
    public String toString() {
        return inetAddress().getHostAddress() + "/" + prefix;
    }
}
