package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.Sockets;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The name of a unix socket: a path, or an abstract name, which begins with a zero byte. */
public record UnixAddress(byte[] name) {
    private static final int FAMILY_BYTES = 2;

    boolean unnamed() {
        return name.length == 0;
    }

    boolean isAbstract() {
        return name.length > 0 && name[0] == 0;
    }

    /** The path; the image may or may not keep the zero byte at its end. */
    String path() {
        int length = name.length;
        while (length > 0 && name[length - 1] == 0) {
            length--;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** struct sockaddr_un: an abstract name is exactly as long as it is, a path ends with a zero byte. */
    byte[] socketAddress() {
        byte[] raw = isAbstract() ? name : Arrays.copyOf(path().getBytes(StandardCharsets.UTF_8), pathBytes() + 1);
        byte[] address = new byte[FAMILY_BYTES + raw.length];
        address[0] = Sockets.AF_UNIX;
        System.arraycopy(raw, 0, address, FAMILY_BYTES, raw.length);
        return address;
    }

    /** Whether the path is a socket's. */
    boolean leadsToSocket() throws IOException {
        try {
            return Descriptors.status(path()).isSocket();
        } catch (LinuxException e) {
            return false;
        }
    }

    /** Whether a program of this host can be connected to by it. */
    public boolean answers() throws IOException {
        for (int type : new int[] {Sockets.SOCK_STREAM, Sockets.SOCK_DGRAM, Sockets.SOCK_SEQPACKET}) {
            // one that accepts nothing for the moment is not waited for
            try (Fd probe = Sockets.socket(Sockets.AF_UNIX, type | Descriptors.O_NONBLOCK, 0)) {
                long result = connect(probe);
                if (!Kernel.failed(result) || result == -Errno.EAGAIN.value()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Connects a socket to it; gives the raw result of connect(2). */
    long connect(Fd socket) {
        byte[] address = socketAddress();
        NativeMemory raw = NativeMemory.of(address);
        long result = Kernel.syscall(Syscall.CONNECT, socket.number(), raw.address(), address.length);
        Reference.reachabilityFence(raw);
        return result;
    }

    private int pathBytes() {
        return path().getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String toString() {
        return isAbstract() ? "@" + new String(name, 1, name.length - 1, StandardCharsets.UTF_8) : path();
    }
}
