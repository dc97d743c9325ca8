package io.godwit.target.restore;

import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.Sockets;

/** Whether a socket may have an address that this host has not (IP_TRANSPARENT of ip(7)). */
public final class Transparency {
    private static final int IP_TRANSPARENT = 19;
    private static final int IPV6_TRANSPARENT = 75;

    private Transparency() {}

    /** Allows it or not; needs CAP_NET_ADMIN or CAP_NET_RAW. */
    public static void set(Fd socket, int family, boolean on) throws LinuxException {
        boolean v4 = family == Sockets.AF_INET;
        Sockets.setOption(
                socket,
                v4 ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6,
                v4 ? IP_TRANSPARENT : IPV6_TRANSPARENT,
                on ? 1 : 0);
    }
}
