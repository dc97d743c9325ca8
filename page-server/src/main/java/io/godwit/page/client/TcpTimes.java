package io.godwit.page.client;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the kernel tells of the time of a TCP connection: tcp(7), {@code struct tcp_info} of linux/tcp.h. */
final class TcpTimes {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int MIN_RTT = 148;
    private static final int BUSY_TIME = 168;
    private static final int RWND_LIMITED = 176;
    private static final int BYTES = 192;
    private static final long NANOS_PER_MICRO = 1000;

    private static final RawUnixChannelOption INFO = new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, BYTES);

    /** Over a longer way it may be the peer's largest window that bounds the speed, and not how soon it takes what has come. */
    private static final int FAR_MICROS = 1000;

    private TcpTimes() {}

    /**
     * For how long there was something sent or to be sent, less the time in which the peer, if it is near, had no room for it; 0 of one that is
     * closed. It grows by jiffies, up to 10 ms.
     */
    static long carryingNanos(EpollSocketChannel connection) {
        try {
            ByteBuffer info = connection.config().getOption(INFO).order(ByteOrder.nativeOrder());
            boolean far = info.getInt(MIN_RTT) > FAR_MICROS;
            long micros = info.getLong(BUSY_TIME) - (far ? 0 : info.getLong(RWND_LIMITED));
            return Math.max(0, micros) * NANOS_PER_MICRO;
        } catch (ChannelException e) {
            return 0;
        }
    }
}
