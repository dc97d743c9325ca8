package io.godwit.linux.net;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.nio.charset.StandardCharsets;

/** The device {@code lo} of the network namespace of the thread that asks (netdevice(7)). */
public final class Loopback {
    public static final String NAME = "lo";
    public static final int UP = 1;

    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int SIOCGIFMTU = 0x8921;
    private static final int SIOCSIFMTU = 0x8922;
    private static final int REQUEST_BYTES = 40;
    private static final int VALUE = 16;
    private static final int SOCK_DGRAM = 2;
    private static final int AF_INET = 2;

    private Loopback() {}

    public static int flags() throws LinuxException {
        return ask(SIOCGIFFLAGS).buffer().getShort(VALUE) & 0xffff;
    }

    public static int mtu() throws LinuxException {
        return ask(SIOCGIFMTU).buffer().getInt(VALUE);
    }

    /** Sets its MTU, and brings it up if it shall be. */
    public static void set(int mtu, boolean up) throws LinuxException {
        if (mtu() != mtu) {
            NativeMemory request = request();
            request.buffer().putInt(VALUE, mtu);
            run(SIOCSIFMTU, request);
        }
        if (up) {
            NativeMemory request = request();
            request.buffer().putShort(VALUE, (short) (flags() | UP));
            run(SIOCSIFFLAGS, request);
        }
    }

    private static NativeMemory ask(int call) throws LinuxException {
        NativeMemory request = request();
        run(call, request);
        return request;
    }

    private static NativeMemory request() {
        NativeMemory request = NativeMemory.allocate(REQUEST_BYTES);
        request.buffer().put(0, NAME.getBytes(StandardCharsets.US_ASCII));
        return request;
    }

    private static void run(int call, NativeMemory request) throws LinuxException {
        try (Fd socket = Sockets.socket(AF_INET, SOCK_DGRAM, 0)) {
            request.during(Descriptors.ioctl(socket, call, request.address(), NAME));
        }
    }
}
