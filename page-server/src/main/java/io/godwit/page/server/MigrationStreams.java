package io.godwit.page.server;

import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * What the connections of one migration share: which pagemap is open, how many chunks each has taken in, and that one of them failed. The
 * first connection's thread owns the migration; it opens a pagemap, and closes it when all that was sent has come by every connection.
 */
final class MigrationStreams {
    private static final int TOKEN_BYTES = 32;

    private final byte[] token = new byte[TOKEN_BYTES];
    private final Channel[] sides;
    private final long[] chunks;
    private final Consumer<Runnable> owner;
    private final Consumer<String> failed;
    private final Queue<Request> requests = new ArrayDeque<>();
    private long pagemap;
    private SpreadPages open;
    private int busy;
    private String failure;

    /** Something that the owner is asked to do. */
    private static final class Request {
        private final OwnThread.Action action;
        private boolean done;
        private IOException failure;

        Request(OwnThread.Action action) {
            this.action = action;
        }
    }

    /**
     * The streams of a migration that has one so far.
     *
     * @param count how many connections it may have besides the first
     * @param owner runs something on the thread of the first connection
     * @param failed is told, once and on the thread of the first connection, that another one failed
     */
    MigrationStreams(int count, Consumer<Runnable> owner, Consumer<String> failed) {
        this.sides = new Channel[count];
        this.chunks = new long[count];
        this.owner = owner;
        this.failed = failed;
        new SecureRandom().nextBytes(token);
    }

    /** What a connection must say to join. */
    byte[] token() {
        return token.clone();
    }

    int count() {
        return sides.length;
    }

    /** Lets a connection in. */
    synchronized void join(byte[] said, int number, Channel channel) throws ProtocolException {
        if (!MessageDigest.isEqual(said, token)
                || failure != null
                || number < 0
                || number >= sides.length
                || sides[number] != null) {
            throw new ProtocolException("no migration waits for this connection");
        }
        sides[number] = channel;
    }

    /** Begins a pagemap; null for one whose pages come by the first connection alone. */
    synchronized void open(SpreadPages pages) {
        pagemap++;
        open = pages;
        notifyAll();
    }

    /** One more way into a pagemap, which another connection announces; waits until it is begun. */
    synchronized PageSink way(long number) throws IOException {
        while (pagemap < number && failure == null) {
            pause();
        }
        requireOpen(number);
        return open.another(this::ask);
    }

    private void requireOpen(long number) throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
        if (number != pagemap || open == null) {
            throw new ProtocolException("pages of pagemap " + number + " came by another connection while pagemap "
                    + pagemap + " was " + (open == null ? "not one that may be spread" : "open"));
        }
    }

    /** Takes in a chunk that came by another connection. */
    void take(int side, long number, OwnThread.Action chunk) throws IOException {
        synchronized (this) {
            requireOpen(number);
            busy++;
        }
        try {
            chunk.run();
        } finally {
            synchronized (this) {
                busy--;
                chunks[side]++;
                notifyAll();
            }
        }
    }

    /** Ends the pagemap that is open, as {@link #await} does. */
    synchronized void close(ByteBuf sent) throws IOException {
        await(sent);
        open = null;
    }

    /**
     * When this returns, all that was sent has been taken in. Meanwhile the other connections are served.
     *
     * @param sent how many chunks were sent by each of the other connections since the migration began
     */
    synchronized void await(ByteBuf sent) throws IOException {
        if (sent.readableBytes() != Long.BYTES * sides.length) {
            throw new ProtocolException("a frame came without the chunks of each connection that it should tell");
        }
        for (int side = 0; side < sides.length; side++) {
            long due = sent.readLongLE();
            while (chunks[side] < due && failure == null) {
                serve();
                pauseUnless(chunks[side] >= due);
            }
        }
        while (busy > 0 && failure == null) {
            serve();
            pauseUnless(busy == 0);
        }
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    private void pauseUnless(boolean over) throws IOException {
        if (!over && requests.isEmpty() && failure == null) {
            pause();
        }
    }

    /** Has the owner do something, and waits for it. */
    private void ask(OwnThread.Action action) throws IOException {
        Request request = new Request(action);
        synchronized (this) {
            requests.add(request);
            notifyAll();
        }
        owner.accept(this::serve);
        synchronized (this) {
            while (!request.done && failure == null) {
                pause();
            }
            if (request.failure != null) {
                throw request.failure;
            }
            if (!request.done) {
                throw new IOException(failure);
            }
        }
    }

    private synchronized void serve() {
        for (Request request = requests.poll(); request != null && failure == null; request = requests.poll()) {
            try {
                request.action.run();
            } catch (IOException e) {
                request.failure = e;
            } catch (RuntimeException | Error e) {
                request.failure = new IOException(e.toString(), e);
            }
            request.done = true;
            notifyAll();
        }
    }

    /** One of the other connections failed, and with it the migration, unless that is over. */
    void fail(String words) {
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = words;
            notifyAll();
        }
        owner.accept(() -> failed.accept(words));
    }

    /** From now on nothing more is taken in, and nothing is being taken in when this returns. */
    synchronized void stop(String words) {
        if (failure == null) {
            failure = words;
        }
        notifyAll();
        boolean interrupted = false;
        while (busy > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the other connections; what is said by the first one should have been said. */
    synchronized void disconnect() {
        for (Channel side : sides) {
            if (side != null) {
                side.close();
            }
        }
    }

    private void pause() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the agent is shut down", e);
        }
    }
}
