package io.godwit.linux.net;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Calls on sockets (socket(7), ip(7), tcp(7), unix(7)). Addresses are raw struct sockaddr bytes. */
public final class Sockets {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_SEQPACKET = 5;
    public static final int SOCK_CLOEXEC = 02000000;
    public static final int SOL_SOCKET = 1;
    public static final int IPPROTO_IP = 0;
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_UDP = 17;
    public static final int IPPROTO_IPV6 = 41;
    /** ioctl(2): how many bytes wait to be sent, or to be read by the other side. */
    public static final int SIOCOUTQ = 0x5411;

    public static final int MSG_PEEK = 2;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_TRUNC = 0x20;

    private static final int MAX_ADDRESS = 128;
    private static final int INET_BYTES = 16;
    private static final int INET_HOST = 4;
    private static final int INET6_BYTES = 28;
    private static final int INET6_HOST = 8;

    private Sockets() {}

    /** socket(2), close-on-exec. */
    public static Fd socket(int family, int type, int protocol) throws LinuxException {
        long fd = Kernel.syscall(Syscall.SOCKET, family, type | SOCK_CLOEXEC, protocol);
        return Fd.of(Kernel.check(fd, "socket", "family " + family + " type " + type));
    }

    /** socketpair(2), close-on-exec. */
    public static Fd[] pair(int family, int type) throws LinuxException {
        NativeMemory pair = NativeMemory.allocate(8);
        long result = Kernel.syscall(Syscall.SOCKETPAIR, family, type | SOCK_CLOEXEC, 0, pair.address());
        Kernel.check(result, "socketpair", "family " + family + " type " + type);
        return new Fd[] {Fd.of(pair.buffer().getInt(0)), Fd.of(pair.buffer().getInt(4))};
    }

    /** getsockopt(2), a 32-bit value. */
    public static int option(Fd fd, int level, int name) throws LinuxException {
        return optionBuffer(fd, level, name, Integer.BYTES).getInt(0);
    }

    /** getsockopt(2), up to a number of bytes; shorter if the kernel gives less. */
    public static byte[] optionBytes(Fd fd, int level, int name, int size) throws LinuxException {
        NativeMemory value = Scratch.data(size + 8);
        value.buffer().putInt(size, size);
        long result =
                Kernel.syscall(Syscall.GETSOCKOPT, fd.number(), level, name, value.address(), value.address() + size);
        Kernel.check(result, "getsockopt", "option " + level + "/" + name + " of " + fd);
        int length = value.buffer().getInt(size);
        if (length > size) {
            throw new LinuxException("getsockopt", "option " + level + "/" + name + " of " + fd, Errno.ENOBUFS);
        }
        return value.bytes(0, length);
    }

    /** As {@link #optionBytes}, to read numbers from. */
    public static ByteBuffer optionBuffer(Fd fd, int level, int name, int size) throws LinuxException {
        return ByteBuffer.wrap(optionBytes(fd, level, name, size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** getsockopt(2) without room for a value: the length that the kernel says it has. */
    public static int optionLength(Fd fd, int level, int name) throws LinuxException {
        NativeMemory length = NativeMemory.allocate(8);
        long result =
                Kernel.syscall(Syscall.GETSOCKOPT, fd.number(), level, name, length.address(), length.address() + 4);
        Kernel.check(result, "getsockopt", "option " + level + "/" + name + " of " + fd);
        return length.buffer().getInt(4);
    }

    /** setsockopt(2), a 32-bit value. */
    public static void setOption(Fd fd, int level, int name, int value) throws LinuxException {
        NativeMemory word = NativeMemory.allocate(4);
        word.buffer().putInt(0, value);
        setOption(fd, level, name, word);
    }

    /** setsockopt(2), any value. */
    public static void setOption(Fd fd, int level, int name, NativeMemory value) throws LinuxException {
        long result = value.during(
                Kernel.syscall(Syscall.SETSOCKOPT, fd.number(), level, name, value.address(), value.size()));
        Kernel.check(result, "setsockopt", "option " + level + "/" + name + " of " + fd);
    }

    /** getsockname(2). */
    public static byte[] name(Fd fd) throws LinuxException {
        return address(Syscall.GETSOCKNAME, "getsockname", fd);
    }

    /** getpeername(2). */
    public static byte[] peer(Fd fd) throws LinuxException {
        return address(Syscall.GETPEERNAME, "getpeername", fd);
    }

    /** bind(2). */
    public static void bind(Fd fd, byte[] address, String what) throws LinuxException {
        NativeMemory raw = NativeMemory.of(address);
        long result = raw.during(Kernel.syscall(Syscall.BIND, fd.number(), raw.address(), address.length));
        Kernel.check(result, "bind", what);
    }

    /** connect(2). */
    public static void connect(Fd fd, byte[] address, String what) throws LinuxException {
        NativeMemory raw = NativeMemory.of(address);
        long result = raw.during(Kernel.syscall(Syscall.CONNECT, fd.number(), raw.address(), address.length));
        Kernel.check(result, "connect", what);
    }

    /** listen(2). */
    public static void listen(Fd fd, int backlog, String what) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.LISTEN, fd.number(), backlog), "listen", what);
    }

    /** accept4(2), close-on-exec; connections that ended meanwhile are passed over. */
    public static Fd accept(Fd listening, String what) throws LinuxException {
        long fd;
        do {
            fd = Kernel.syscall(Syscall.ACCEPT4, listening.number(), 0, 0, SOCK_CLOEXEC);
        } while (fd == -Errno.EINTR.value() || fd == -Errno.ECONNABORTED.value());
        return Fd.of(Kernel.check(fd, "accept", what));
    }

    /** The struct sockaddr of a host, 4 or 16 bytes, without a port. */
    static byte[] host(byte[] address) {
        boolean v4 = address.length == 4;
        return ByteBuffer.allocate(v4 ? INET_BYTES : INET6_BYTES)
                .put((byte) (v4 ? AF_INET : AF_INET6))
                .position(v4 ? INET_HOST : INET6_HOST)
                .put(address)
                .array();
    }

    /** sendto(2). */
    static void sendTo(Fd fd, byte[] message, byte[] address, String what) throws LinuxException {
        NativeMemory data = NativeMemory.of(message);
        NativeMemory to = NativeMemory.of(address);
        long sent = to.during(data.during(Kernel.syscall(
                Syscall.SENDTO, fd.number(), data.address(), message.length, 0, to.address(), address.length)));
        Kernel.check(sent, "sendto", what);
    }

    private static byte[] address(int call, String name, Fd fd) throws LinuxException {
        NativeMemory raw = NativeMemory.allocate(MAX_ADDRESS + 4);
        raw.buffer().putInt(MAX_ADDRESS, MAX_ADDRESS);
        long result = Kernel.syscall(call, fd.number(), raw.address(), raw.address() + MAX_ADDRESS);
        Kernel.check(result, name, fd.toString());
        return raw.bytes(0, raw.buffer().getInt(MAX_ADDRESS));
    }
}
