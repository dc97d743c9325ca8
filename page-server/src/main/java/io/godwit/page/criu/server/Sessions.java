package io.godwit.page.criu.server;

import io.godwit.page.protocol.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Makes the sessions of a server, and tells how each ended. */
final class Sessions extends ChannelInitializer<Channel> {
    private final ServerOptions options;
    private final ServerMetrics metrics;
    private final SessionPlaces places;
    private final Quota quota;
    private final Consumer<String> log;
    private final Consumer<Boolean> whenOneEnds;
    private final boolean handedIn;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger numbers = new AtomicInteger();

    /**
     * Makes none yet.
     *
     * @param handedIn the connection was made by another program, which does its own TLS and closes it when it likes
     */
    Sessions(
            ServerOptions options,
            ServerMetrics metrics,
            boolean handedIn,
            Consumer<String> log,
            Consumer<Boolean> whenOneEnds) {
        this.options = options;
        this.metrics = metrics;
        this.handedIn = handedIn;
        this.log = log;
        this.whenOneEnds = whenOneEnds;
        this.places = new SessionPlaces(options.directory(), options.parent());
        this.quota = Quota.ofServer(options.limits().totalBytes());
    }

    @Override
    protected void initChannel(Channel channel) {
        if (metrics.active() >= options.limits().sessions()) {
            metrics.refused();
            log.accept("a connection from " + peer(channel) + " was closed: " + metrics.active()
                    + " sessions are going on, as many as --max-sessions lets be");
            channel.close();
            return;
        }
        Transport.noticeLoss(channel);
        metrics.started();
        open.add(channel);
        String name = "session " + numbers.incrementAndGet() + " from " + peer(channel);
        Place place = options.forever() ? places.next() : places.whole();
        Service service = service(place);
        boolean tls = options.tls().isPresent() && !handedIn;
        boolean moves = channel instanceof UnixChannel && options.served().isEmpty() && !tls;
        SessionHandler session = new SessionHandler(
                service, !handedIn, moves, outcome -> ended(name + ", " + place, service.summary(), outcome));
        configure(channel, session, tls, moves);
        log.accept(name + ": begins");
    }

    private void configure(Channel channel, SessionHandler session, boolean tls, boolean moves) {
        channel.config().setAllocator(Transport.allocator());
        if (tls) {
            channel.pipeline().addLast(options.tls().get().handler(channel.alloc()));
        } else {
            channel.config().setRecvByteBufAllocator(new ReadSizes(session, moves));
        }
        long idleSeconds = options.limits().idle().toSeconds();
        if (idleSeconds > 0) {
            channel.pipeline().addLast(new IdleStateHandler(idleSeconds, 0, 0, TimeUnit.SECONDS));
        }
        channel.pipeline().addLast(session);
    }

    private Service service(Place place) {
        if (options.served().isPresent()) {
            return new LazyService(options.served().get(), metrics);
        }
        Quota own = quota.ofSession(options.limits().sessionBytes());
        ObjectStore store = new ObjectStore(place, options.dedup(), own);
        return new StoringService(store, options.movers().get(), metrics);
    }

    private static String peer(Channel channel) {
        return channel.remoteAddress() == null
                ? "the given socket"
                : channel.remoteAddress().toString().replaceFirst("^/", "");
    }

    private void ended(String name, String summary, SessionHandler.Outcome outcome) {
        metrics.ended(outcome.success());
        String how = outcome.success() ? "done, " + summary : "failed after " + summary + ": " + outcome.reason();
        log.accept(name + ": " + how);
        whenOneEnds.accept(outcome.success());
    }

    /** Closes all that are open. */
    void close() {
        open.close().awaitUninterruptibly();
    }
}
