package io.godwit.linux.net;

import java.util.Set;

/** Numbers of netlink(7). */
public final class Netlink {
    public static final int FAMILY = 16;
    /** SOL_NETLINK. */
    public static final int LEVEL = 270;

    public static final int ADD_MEMBERSHIP = 1;
    public static final int LIST_MEMBERSHIPS = 9;

    /** Protocols without numbers that a kernel gives out as it runs: routes, sockets, IPsec, device events. */
    public static final Set<Integer> SAME_EVERYWHERE = Set.of(0, 4, 6, 15);

    private Netlink() {}
}
