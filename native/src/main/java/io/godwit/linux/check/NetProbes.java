package io.godwit.linux.check;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.LocalMachine;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.net.Netlink;
import io.godwit.linux.net.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Tries sockets, netlink and network devices; devices in a child with a network of its own. */
final class NetProbes {
    private static final String TUN = "/dev/net/tun";
    private static final int AT_FDCWD = -100;
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final long TUNGETFEATURES = 0x800454cfL;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNGETDEVNETNS = 0x54e3;
    private static final int IFF_TAP_NO_PI = 0x1002;
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final long SIOCGSKNS = 0x894c;
    private static final long SIOCUNIXFILE = 0x89e0;
    private static final int SO_BUF_LOCK = 72;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_FREEBIND = 78;
    private static final int TCP_REPAIR = 19;
    private static final int TCP_REPAIR_OFF_NO_PROBE = -1;
    private static final int SHUT_WR = 1;
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_NETFILTER = 12;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWNSID = 88;
    private static final int RTM_GETNSID = 90;
    private static final int NFT_NEW_GENERATION = 10 << 8 | 15;
    private static final int NFT_GET_GENERATION = 10 << 8 | 16;
    private static final int NLMSG_ERROR = 2;
    private static final int REQUEST = 1;
    private static final int REQUEST_ACK_EXCL_CREATE = 0x605;
    private static final int HEADER_BYTES = 16;
    private static final int ANSWER_BYTES = 8192;
    private static final int SOME_INDEX = 4711;

    private NetProbes() {}

    static String tun(Subject subject) throws LinuxException {
        try (Fd tun = Descriptors.open(TUN, Descriptors.O_RDWR | Descriptors.O_CLOEXEC, 0)) {
            NativeMemory features = NativeMemory.allocate(Integer.BYTES);
            features.during(Descriptors.ioctl(tun, TUNGETFEATURES, features.address(), "TUNGETFEATURES"));
            return "";
        }
    }

    static String tunNamespace(Subject subject) throws IOException {
        ByteBuffer device = ByteBuffer.allocate(IFREQ_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        device.put(0, "godwit0".getBytes(StandardCharsets.US_ASCII)).putShort(IFREQ_FLAGS, (short) IFF_TAP_NO_PI);
        Assembler a = new Assembler();
        ownNetwork(a);
        a.label("open " + TUN);
        Operand tun =
                a.call(Syscall.OPENAT, Operand.imm(AT_FDCWD), a.string(TUN).address(), Operand.imm(Descriptors.O_RDWR));
        a.label("make a tap device");
        a.call(
                Syscall.IOCTL,
                tun,
                Operand.imm(TUNSETIFF),
                a.data(device.array()).address());
        a.label("get the network namespace of a tap device");
        a.call(Syscall.IOCTL, tun, Operand.imm(TUNGETDEVNETNS));
        return run(a);
    }

    static String newInterfaceIndex(Subject subject) throws IOException {
        ByteBuffer kind = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        kind.putInt(4, SOME_INDEX);
        kind.putShort(16, (short) 12)
                .putShort(18, (short) 18)
                .putShort(20, (short) 8)
                .putShort(22, (short) 1);
        kind.put(24, "veth".getBytes(StandardCharsets.US_ASCII));
        Assembler a = new Assembler();
        ownNetwork(a);
        Operand netlink = a.call(
                Syscall.SOCKET,
                Operand.imm(Netlink.FAMILY),
                Operand.imm(Sockets.SOCK_DGRAM),
                Operand.imm(NETLINK_ROUTE));
        byte[] request = message(RTM_NEWLINK, REQUEST_ACK_EXCL_CREATE, kind.array());
        DataSlot answer = a.reserve(ANSWER_BYTES);
        a.label("make a network device with a chosen number");
        a.call(Syscall.WRITE, netlink, a.data(request).address(), Operand.imm(request.length));
        a.call(Syscall.READ, netlink, answer.address(), Operand.imm(ANSWER_BYTES));
        try (LocalMachine machine = LocalMachine.open()) {
            failIfError(machine.run(a.build()).data(answer), "a network device with a chosen number");
        }
        return "";
    }

    static String socketNamespace(Subject subject) throws LinuxException {
        try (Fd socket = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0)) {
            Fd.of(Descriptors.ioctl(socket, SIOCGSKNS, 0, "SIOCGSKNS")).close();
            return "";
        }
    }

    /** A socket without a name has no file: the kernel says so, where it has the call. */
    static String unixSocketFile(Subject subject) throws LinuxException {
        try (Fd socket = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0)) {
            long result = Kernel.syscall(Syscall.IOCTL, socket.number(), SIOCUNIXFILE);
            if (result != -Errno.ENOENT.value()) {
                Kernel.check(result, "ioctl(SIOCUNIXFILE)", "a unix socket");
            }
            return "";
        }
    }

    static String bufferLock(Subject subject) throws LinuxException {
        try (Fd socket = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0)) {
            Sockets.option(socket, Sockets.SOL_SOCKET, SO_BUF_LOCK);
            return "";
        }
    }

    static String ipv6FreeBind(Subject subject) throws LinuxException {
        try (Fd socket = Sockets.socket(Sockets.AF_INET6, Sockets.SOCK_STREAM, 0)) {
            Sockets.setOption(socket, IPPROTO_IPV6, IPV6_FREEBIND, 1);
            return "";
        }
    }

    static String tcpHalfClosed(Subject subject) throws LinuxException {
        byte[] loopback = {Sockets.AF_INET, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        try (Fd listening = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
                Fd client = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0)) {
            Sockets.bind(listening, loopback, "a port of the loopback");
            Sockets.listen(listening, 1, "a port of the loopback");
            byte[] address = Sockets.name(listening);
            NativeMemory name = NativeMemory.of(address);
            long connected =
                    name.during(Kernel.syscall(Syscall.CONNECT, client.number(), name.address(), address.length));
            Kernel.check(connected, "connect", "a port of the loopback");
            Kernel.check(Kernel.syscall(Syscall.SHUTDOWN, client.number(), SHUT_WR), "shutdown", "a connection");
            Sockets.setOption(client, Sockets.IPPROTO_TCP, TCP_REPAIR, 1);
            Sockets.setOption(client, Sockets.IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_PROBE);
            return "";
        }
    }

    static String namespaceId(Subject subject) throws IOException {
        ByteBuffer own = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        own.putShort(4, (short) 8).putShort(6, (short) 2).putInt(8, (int)
                ProcessHandle.current().pid());
        ByteBuffer answer = ask(NETLINK_ROUTE, message(RTM_GETNSID, REQUEST, own.array()));
        failIfError(answer, "the number of this network namespace");
        FileProbes.expect(answer.getShort(4) == RTM_NEWNSID, "the answer is another");
        return "";
    }

    /** Asks for a namespace that is not there; a kernel that does not look at the number answers. */
    static String linkNamespaceId(Subject subject) throws IOException {
        ByteBuffer link = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        link.putInt(4, 1);
        link.putShort(16, (short) 8).putShort(18, (short) 46).putInt(20, SOME_INDEX);
        ByteBuffer answer = ask(NETLINK_ROUTE, message(RTM_GETLINK, REQUEST, link.array()));
        FileProbes.expect(answer.getShort(4) == NLMSG_ERROR, "links can not be asked for by namespace");
        return "";
    }

    static String nftables(Subject subject) throws IOException {
        ByteBuffer answer = ask(NETLINK_NETFILTER, message(NFT_GET_GENERATION, REQUEST, new byte[4]));
        failIfError(answer, "nftables");
        FileProbes.expect(answer.getShort(4) == NFT_NEW_GENERATION, "the answer is another");
        return "";
    }

    private static void ownNetwork(Assembler a) {
        a.label("get a network of its own");
        a.call(Syscall.UNSHARE, Operand.imm(CLONE_NEWNET));
    }

    private static String run(Assembler a) throws IOException {
        try (LocalMachine machine = LocalMachine.open()) {
            machine.run(a.build());
            return "";
        }
    }

    /** A netlink message: length, type, flags, number, port, then the content. */
    private static byte[] message(int type, int flags, byte[] content) {
        return ByteBuffer.allocate(HEADER_BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(HEADER_BYTES + content.length)
                .putShort((short) type)
                .putShort((short) flags)
                .putLong(0)
                .put(content)
                .array();
    }

    private static ByteBuffer ask(int protocol, byte[] message) throws LinuxException {
        try (Fd netlink = Sockets.socket(Netlink.FAMILY, Sockets.SOCK_DGRAM, protocol)) {
            NativeMemory request = NativeMemory.of(message);
            Descriptors.writeFully(netlink, request.address(), message.length);
            request.during(0);
            NativeMemory answer = NativeMemory.allocate(ANSWER_BYTES);
            Descriptors.read(netlink, answer.address(), ANSWER_BYTES);
            return answer.buffer();
        }
    }

    private static void failIfError(ByteBuffer answer, String object) throws LinuxException {
        if (answer.getShort(4) == NLMSG_ERROR) {
            Kernel.check(answer.getInt(HEADER_BYTES), "netlink", object);
        }
    }
}
