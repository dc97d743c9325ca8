package io.godwit.page.protocol;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;

/** Which parts of Netty are used: epoll where its library loads, else NIO. */
public final class Transport {
    private static final int ARENA_PAGE_BYTES = 8 << 10;
    /** An arena grows by pages shifted by so much: 4 MiB. */
    private static final int ARENA_ORDER = 9;

    /** A cache line: to and from elsewhere the kernel copies more slowly. */
    private static final int ALIGNMENT_BYTES = 64;

    private static final ByteBufAllocator ALLOCATOR = new PooledByteBufAllocator(
            true,
            1,
            1,
            ARENA_PAGE_BYTES,
            ARENA_ORDER,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false,
            ALIGNMENT_BYTES);

    private static final int KEEP_IDLE_SECONDS = 10;
    private static final int KEEP_INTERVAL_SECONDS = 5;
    private static final int KEEP_COUNT = 6;
    /** As long as an answer of a page server is waited for. */
    private static final int UNREACHABLE_MILLIS = 120_000;

    private Transport() {}

    /**
     * For connections. Netty's default, the adaptive one, takes several times as long for buffers as large as a chunk
     * of pages; and one arena for all threads keeps less memory than one for each.
     */
    public static ByteBufAllocator allocator() {
        return ALLOCATOR;
    }

    public static EventLoopGroup group(int threads) {
        return group(threads, new DefaultThreadFactory(MultiThreadIoEventLoopGroup.class, Thread.MAX_PRIORITY));
    }

    /** An event loop for each of some threads. */
    public static EventLoopGroup group(int threads, ThreadFactory factory) {
        return new MultiThreadIoEventLoopGroup(
                threads, factory, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /**
     * Has a connection end when its other end can not be reached: without that a frozen tree would wait for ever for a host that lost
     * its power. Not earlier than any answer is waited for: an interruption that both sides would outlive must not end it.
     */
    public static void noticeLoss(Channel connection) {
        if (connection instanceof EpollSocketChannel tcp) {
            tcp.config()
                    .setKeepAlive(true)
                    .setTcpKeepIdle(KEEP_IDLE_SECONDS)
                    .setTcpKeepIntvl(KEEP_INTERVAL_SECONDS)
                    .setTcpKeepCnt(KEEP_COUNT)
                    .setTcpUserTimeout(UNREACHABLE_MILLIS);
        } else if (connection instanceof SocketChannel tcp) {
            tcp.config().setKeepAlive(true);
        }
    }

    public static Class<? extends Channel> client() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    public static Class<? extends ServerChannel> server() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }
}
