package io.godwit.page.criu.server;

import io.godwit.page.protocol.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
    private final EventExecutorGroup storing;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicLong waiting = new AtomicLong();

    /**
     * Makes none yet.
     *
     * @param storing the threads that act on what those of the connections read
     * @param handedIn the connection was made by another program, which does its own TLS and closes it when it likes
     */
    Sessions(
            ServerOptions options,
            ServerMetrics metrics,
            EventExecutorGroup storing,
            boolean handedIn,
            Consumer<String> log,
            Consumer<Boolean> whenOneEnds) {
        this.options = options;
        this.metrics = metrics;
        this.storing = storing;
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
        ReadAhead ahead = new ReadAhead(waiting);
        SessionHandler session = new SessionHandler(
                service, !handedIn, ahead, thread(), outcome -> ended(name + ", " + place, service.summary(), outcome));
        configure(channel, ahead, session, tls);
        log.accept(name + ": begins");
    }

    private void configure(Channel channel, ReadAhead ahead, SessionHandler session, boolean tls) {
        channel.config().setAllocator(Transport.allocator());
        if (tls) {
            channel.pipeline().addLast(options.tls().get().handler(channel.alloc()));
        } else {
            channel.config().setRecvByteBufAllocator(new ReadSizes());
        }
        long idleSeconds = options.limits().idle().toSeconds();
        if (idleSeconds > 0) {
            channel.pipeline().addLast(new IdleStateHandler(idleSeconds, 0, 0, TimeUnit.SECONDS));
        }
        channel.pipeline().addLast(ahead);
        channel.pipeline().addLast(session);
    }

    /** To store takes as long as to read; to serve has nothing to wait for. */
    private Optional<EventExecutor> thread() {
        return options.served().isPresent() ? Optional.empty() : Optional.of(storing.next());
    }

    private Service service(Place place) {
        if (options.served().isPresent()) {
            return new LazyService(options.served().get(), metrics);
        }
        Quota own = quota.ofSession(options.limits().sessionBytes());
        ObjectStore store = new ObjectStore(place, options.dedup(), own);
        return new StoringService(store, metrics);
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
