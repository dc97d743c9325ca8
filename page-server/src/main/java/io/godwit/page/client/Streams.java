package io.godwit.page.client;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The connections of one migration. All goes over the first one, but for full chunks of pages, each of which takes the connection that has
 * room. The target joins them again at the end of each pagemap, for which it is told how many chunks took which way. Used by one thread.
 */
final class Streams implements AutoCloseable {
    private final FrameChannel first;
    private final SocketWriter.Maker writers;
    private final long timeoutMillis;
    private final List<Side> sides = new ArrayList<>();
    private long pagemap;
    private boolean spread;
    private int next;
    private Pace pace = new Pace(0, 0);
    private Bursts bursts = new Bursts(0, 0);
    private long pausedNanos;
    private LongSupplier waitedNanos = () -> 0;

    /** A connection other than the first. */
    private static final class Side {
        private final FrameChannel frames;
        private long announced;
        private long chunks;

        Side(FrameChannel frames) {
            this.frames = frames;
        }
    }

    /**
     * Connections of which there is one.
     *
     * @param timeoutMillis for an answer of the target
     */
    Streams(FrameChannel first, SocketWriter.Maker writers, long timeoutMillis) {
        this.first = first;
        this.writers = writers;
        this.timeoutMillis = timeoutMillis;
    }

    /** Another connection to the same target; the caller has it join. */
    FrameChannel connectAnother() throws IOException {
        FrameChannel frames = FrameChannel.connect(first.address(), writers);
        sides.add(new Side(frames));
        return frames;
    }

    /** The connection that carries all but pages. */
    FrameChannel first() {
        return first;
    }

    ByteBufAllocator allocator() {
        return first.allocator();
    }

    /**
     * Begins a pagemap.
     *
     * @param inPlace its pages may come to the target in any order
     */
    void beginPagemap(PagemapId id, boolean inPlace) throws IOException {
        pagemap++;
        next = 0;
        spread = inPlace && !sides.isEmpty();
        first.send(new Frame(FrameType.PAGEMAP, Frame.PLAIN, id.id(), id.kind().ordinal(), 0, Unpooled.EMPTY_BUFFER));
    }

    /**
     * Sends a chunk of pages.
     *
     * @param full there is more to come, so another connection is worth its while
     * @return whether the time that it took says how fast the connections are at their pace
     */
    boolean chunk(Frame frame, boolean full) throws IOException {
        long now = System.nanoTime();
        if (!bursts.due(now) || !pace.waits(now)) {
            send(frame, full);
            return finishBurst();
        }
        beginBurst(frame);
        send(frame, full);
        finishBurst();
        return false;
    }

    private void send(Frame frame, boolean full) throws IOException {
        int way = spread && full ? choose() : 0;
        if (way == 0) {
            first.send(frame);
        } else {
            send(sides.get(way - 1), frame);
        }
    }

    private void beginBurst(Frame next) throws IOException {
        pace.free(true);
        try {
            awaitStored();
        } catch (IOException e) {
            next.release();
            throw e;
        }
        bursts.begin(bytesWritten(), System.nanoTime(), waitedNanos.getAsLong(), blockedNanos());
    }

    /** Whether there is none. */
    private boolean finishBurst() throws IOException {
        if (!bursts.running()) {
            return true;
        }
        if (bursts.full(bytesWritten())) {
            awaitStored();
            bursts.stored(
                    bytesWritten(),
                    System.nanoTime(),
                    waitedNanos.getAsLong(),
                    blockedNanos(),
                    first.roundTrip().toNanos());
            pace.free(false);
        }
        return false;
    }

    /** Returns when the target has stored all that was sent so far. */
    private void awaitStored() throws IOException {
        long start = System.nanoTime();
        first.send(Frame.control(FrameType.STORED, flushSides()));
        first.await(FrameType.STORED, timeoutMillis).payload().release();
        pausedNanos += System.nanoTime() - start;
    }

    /** The target answers the end of a round when it has stored it, so that no burst goes beyond it. */
    void endRound() {
        bursts.cutShort();
        pace.free(false);
    }

    /** Sends a chunk that has to be there before those that follow it, whichever way they take. */
    void toAll(Frame frame) throws IOException {
        if (spread) {
            try {
                for (Side side : sides) {
                    send(side, copy(frame));
                }
            } catch (IOException e) {
                frame.release();
                throw e;
            }
        }
        first.send(frame);
    }

    /** With a payload of its own, since the header is written before it. */
    private Frame copy(Frame frame) {
        int bytes = frame.payload().readableBytes();
        ByteBuf payload = Frame.payload(allocator(), bytes, bytes)
                .writeBytes(frame.payload(), frame.payload().readerIndex(), bytes);
        return new Frame(frame.type(), frame.encoding(), frame.address(), frame.count(), frame.checksum(), payload);
    }

    /** The next one that has room, or else the next one. */
    private int choose() {
        int count = 1 + sides.size();
        int chosen = next;
        for (int i = 0; i < count; i++) {
            int way = (next + i) % count;
            if (way == 0 ? first.hasRoom() : sides.get(way - 1).frames.hasRoom()) {
                chosen = way;
                break;
            }
        }
        next = (chosen + 1) % count;
        return chosen;
    }

    private void send(Side side, Frame frame) throws IOException {
        try {
            if (side.announced != pagemap) {
                // the target waits for this pagemap to be begun
                first.flush();
                side.announced = pagemap;
                side.frames.send(new Frame(FrameType.PAGEMAP, Frame.PLAIN, pagemap, 0, 0, Unpooled.EMPTY_BUFFER));
            }
            side.frames.send(frame);
            side.chunks++;
        } catch (IOException e) {
            throw first.failureOr(e);
        }
    }

    void endPagemap() throws IOException {
        first.send(Frame.control(FrameType.PAGEMAP_END, flushSides()));
    }

    /** Sends what the other connections hold back; how many chunks each has carried so far. */
    private ByteBuf flushSides() {
        ByteBuf chunks = sides.isEmpty() ? Unpooled.EMPTY_BUFFER : allocator().directBuffer(Long.BYTES * sides.size());
        for (Side side : sides) {
            side.frames.flush();
            chunks.writeLongLE(side.chunks);
        }
        return chunks;
    }

    /** From now on so many bytes a second are sent on all of them together, 0 for as many as they take. */
    void limit(long bytesPerSecond, LongSupplier waited) {
        waitedNanos = waited;
        pace = new Pace(bytesPerSecond, System.nanoTime());
        bursts = new Bursts(bytesPerSecond, System.nanoTime());
        first.keep(pace);
        sides.forEach(side -> side.frames.keep(pace));
    }

    long bytesWritten() {
        return first.bytesWritten()
                + sides.stream().mapToLong(side -> side.frames.bytesWritten()).sum();
    }

    /** How long the sender has waited for a connection to take more, so far. */
    long blockedNanos() {
        return first.blockedNanos()
                + pausedNanos
                + sides.stream().mapToLong(side -> side.frames.blockedNanos()).sum();
    }

    /** For how long they had something to carry, on average, or were kept from it by the pace that they share. */
    long carryingNanos() {
        long sum = first.carryingNanos();
        for (Side side : sides) {
            sum += side.frames.carryingNanos();
        }
        return sum / (1 + sides.size()) + pacedNanos();
    }

    /** Of this, how long it would not have waited without the limit. */
    long pacedNanos() {
        return pausedNanos
                + first.pacedNanos()
                + sides.stream().mapToLong(side -> side.frames.pacedNanos()).sum();
    }

    /** What would be sent without the limit; 0 until it is known. */
    long unlimitedBytesPerSecond() {
        return bursts.bytesPerSecond();
    }

    @Override
    public void close() {
        first.close();
        sides.forEach(side -> side.frames.close());
    }
}
