package io.godwit.page.server;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.ProtocolException;
import java.io.IOException;

/** A connection that carries nothing but chunks of pages for a migration that has another one. */
final class SideStream implements FrameHandler {
    private final String migration;
    private final int number;
    private final MigrationStreams streams;
    private final ChunkDecoder chunks = new ChunkDecoder();
    private long pagemap;
    private PageSink pages;

    SideStream(String migration, int number, MigrationStreams streams) {
        this.migration = migration;
        this.number = number;
        this.streams = streams;
    }

    @Override
    public boolean handle(Frame frame) {
        try {
            act(frame);
            return true;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            streams.fail(e.getMessage() == null ? e.toString() : e.getMessage());
            return false;
        } finally {
            frame.payload().release();
        }
    }

    private void act(Frame frame) throws IOException {
        if (frame.type() == FrameType.PAGEMAP) {
            pagemap = frame.address();
            pages = streams.way(pagemap);
        } else if (frame.type() == FrameType.PAGES && pages != null) {
            streams.take(number, pagemap, () -> take(frame));
        } else {
            throw new ProtocolException(frame.type() + " came by a connection that carries pages only");
        }
    }

    private void take(Frame frame) throws IOException {
        Checksum.require(frame, migration);
        PageBatch batch = chunks.decode(frame);
        pages.batch(batch);
    }

    @Override
    public void broken(String reason) {
        streams.fail("migration " + migration + ": " + reason);
    }

    @Override
    public void ended(String reason) {
        streams.fail("one of the connections of migration " + migration + " is gone: " + reason);
    }
}
