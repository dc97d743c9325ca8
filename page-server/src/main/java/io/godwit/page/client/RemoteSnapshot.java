package io.godwit.page.client;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.ImagePayload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;

/** A snapshot that is stored at the target while it is written. */
final class RemoteSnapshot implements SnapshotSink {
    private final FrameChannel frames;
    private final Streams streams;
    private final ChunkEncoder chunks;
    private final PageCounters counters;
    private final boolean inPlace;
    private final long timeoutMillis;

    RemoteSnapshot(Streams streams, ChunkEncoder chunks, PageCounters counters, boolean inPlace, long timeoutMillis) {
        this.frames = streams.first();
        this.streams = streams;
        this.inPlace = inPlace;
        this.chunks = chunks;
        this.counters = counters;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void image(String fileName, byte[] content) throws IOException {
        ByteBuf payload = ImagePayload.encode(fileName, content, frames.allocator());
        int checksum = Checksum.of(payload);
        frames.send(new Frame(FrameType.IMAGE, Frame.PLAIN, 0, 0, checksum, payload));
    }

    @Override
    public PageSink pages(PagemapId id) throws IOException {
        boolean task = inPlace && id.kind() == PagemapId.Kind.TASK;
        streams.beginPagemap(id, task);
        return new RemotePageSink(streams, chunks, counters, task);
    }

    @Override
    public void finish() throws IOException {
        streams.endRound();
        frames.send(Frame.control(FrameType.ROUND_END, Unpooled.EMPTY_BUFFER));
        frames.await(FrameType.ROUND_END, timeoutMillis).payload().release();
    }

    @Override
    public void close() {}
}
