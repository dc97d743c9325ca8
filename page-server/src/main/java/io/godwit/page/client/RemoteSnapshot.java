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
    private final ChunkEncoder chunks;
    private final PageCounters counters;
    private final long timeoutMillis;

    RemoteSnapshot(FrameChannel frames, ChunkEncoder chunks, PageCounters counters, long timeoutMillis) {
        this.frames = frames;
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
        frames.send(new Frame(FrameType.PAGEMAP, Frame.PLAIN, id.id(), id.kind().ordinal(), 0, Unpooled.EMPTY_BUFFER));
        return new RemotePageSink(frames, chunks, counters);
    }

    @Override
    public void finish() throws IOException {
        frames.send(Frame.control(FrameType.ROUND_END, Unpooled.EMPTY_BUFFER));
        frames.await(FrameType.ROUND_END, timeoutMillis).payload().release();
    }

    @Override
    public void close() {}
}
