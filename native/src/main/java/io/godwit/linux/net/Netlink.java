package io.godwit.linux.net;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.util.Set;

/** Numbers of netlink(7), and its requests. */
public final class Netlink {
    public static final int FAMILY = 16;
    /** SOL_NETLINK. */
    public static final int LEVEL = 270;

    public static final int ADD_MEMBERSHIP = 1;
    public static final int LIST_MEMBERSHIPS = 9;

    /** Protocols without numbers that a kernel gives out as it runs: routes, sockets, IPsec, device events. */
    public static final Set<Integer> SAME_EVERYWHERE = Set.of(0, 4, 6, 15);

    private static final int HEADER_BYTES = 16;
    private static final int TYPE = 4;
    private static final int NLMSG_ERROR = 2;
    private static final int ANSWER_BYTES = 8192;

    private Netlink() {}

    /** Has the kernel follow messages of which one asks for an acknowledgement; gives 0, or the negative number of an error. */
    static int request(Fd netlink, byte[] messages) throws LinuxException {
        NativeMemory request = NativeMemory.of(messages);
        Descriptors.writeFully(netlink, request.address(), messages.length);
        request.during(0);
        NativeMemory answer = NativeMemory.allocate(ANSWER_BYTES);
        Descriptors.read(netlink, answer.address(), ANSWER_BYTES);
        return answer.buffer().getShort(TYPE) == NLMSG_ERROR ? answer.buffer().getInt(HEADER_BYTES) : 0;
    }
}
