package io.godwit.linux.net;

import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Tells the hosts and switches of a network that an address is here now: a gratuitous ARP request (RFC 5227) or an unsolicited
 * neighbour advertisement (RFC 4861). Needs CAP_NET_RAW.
 *
 * @param hardware the interface's own address
 */
public record Announcement(HostAddress address, byte[] hardware) {
    private static final int AF_PACKET = 17;
    /** Where struct sockaddr_ll has the hardware address, and the room that it has for it at least. */
    private static final int LINK_ADDRESS = 12;

    private static final int LINK_ADDRESS_BYTES = 8;
    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERNET = 1;
    private static final int ARP_REQUEST = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int ON_LINK = 255;
    private static final byte NEIGHBOUR_ADVERTISEMENT = (byte) 136;
    private static final int OVERRIDE = 0x2000_0000;
    private static final byte TARGET_LINK_ADDRESS = 2;

    public void send() throws LinuxException {
        if (address.v4()) {
            arp();
        } else {
            advertisement();
        }
    }

    private void arp() throws LinuxException {
        ByteBuffer to = ByteBuffer.allocate(LINK_ADDRESS + Math.max(LINK_ADDRESS_BYTES, hardware.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        to.putShort((short) AF_PACKET).put((byte) (ETHERTYPE_ARP >> 8)).put((byte) ETHERTYPE_ARP);
        to.putInt(address.interfaceIndex())
                .putShort((short) ETHERNET)
                .put((byte) 0)
                .put((byte) hardware.length);
        byte[] everyone = new byte[hardware.length];
        Arrays.fill(everyone, (byte) 0xff);
        to.put(everyone);
        ByteBuffer request = ByteBuffer.allocate(16 + 2 * hardware.length);
        request.putShort((short) ETHERNET).putShort((short) ETHERTYPE_IPV4);
        request.put((byte) hardware.length).put((byte) 4).putShort((short) ARP_REQUEST);
        request.put(hardware)
                .put(address.address())
                .put(new byte[hardware.length])
                .put(address.address());
        try (Fd socket = Sockets.socket(AF_PACKET, Sockets.SOCK_DGRAM, 0)) {
            send(socket, request.array(), to.array());
        }
    }

    private void advertisement() throws LinuxException {
        // the option counts in units of eight bytes, its two of type and length among them
        int units = (2 + hardware.length + 7) / 8;
        ByteBuffer message = ByteBuffer.allocate(24 + 8 * units);
        message.put(NEIGHBOUR_ADVERTISEMENT).put((byte) 0).putShort((short) 0).putInt(OVERRIDE);
        message.put(address.address())
                .put(TARGET_LINK_ADDRESS)
                .put((byte) units)
                .put(hardware);
        try (Fd socket = Sockets.socket(Sockets.AF_INET6, Sockets.SOCK_RAW, IPPROTO_ICMPV6)) {
            Sockets.setOption(socket, Sockets.IPPROTO_IPV6, IPV6_MULTICAST_IF, address.interfaceIndex());
            Sockets.setOption(socket, Sockets.IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ON_LINK);
            Sockets.bind(socket, Sockets.host(address.address()), address.toString());
            byte[] allNodes = new byte[16];
            allNodes[0] = (byte) 0xff;
            allNodes[1] = 2;
            allNodes[15] = 1;
            send(socket, message.array(), Sockets.host(allNodes));
        }
    }

    private void send(Fd socket, byte[] message, byte[] to) throws LinuxException {
        Sockets.sendTo(socket, message, to, "the announcement of " + address);
    }
}
