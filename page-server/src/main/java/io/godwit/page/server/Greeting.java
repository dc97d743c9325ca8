package io.godwit.page.server;

import io.godwit.page.proto.Join;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.Map;

/** Tells by its first frame what a connection is for: a migration of its own, or more pages for one that is there. */
final class Greeting implements FrameHandler {
    private final Channel channel;
    private final Map<String, MigrationStreams> migrations;
    private FrameHandler handler;
    private boolean greeted;

    /**
     * The greeting of a connection.
     *
     * @param migration what handles it if it is not to join another one
     * @param migrations those that may be joined, by their ids
     */
    Greeting(Channel channel, Migration migration, Map<String, MigrationStreams> migrations) {
        this.channel = channel;
        this.handler = migration;
        this.migrations = migrations;
    }

    @Override
    public boolean handle(Frame frame) {
        if (greeted || frame.type() != FrameType.JOIN) {
            greeted = true;
            return handler.handle(frame);
        }
        greeted = true;
        try {
            join(Join.parseFrom(frame.payload().nioBuffer()));
            channel.writeAndFlush(Frame.control(FrameType.JOIN, Unpooled.EMPTY_BUFFER));
            return true;
        } catch (IOException e) {
            channel.writeAndFlush(Frame.text(FrameType.FAILURE, e.getMessage(), channel.alloc()));
            return false;
        } finally {
            frame.payload().release();
        }
    }

    private void join(Join join) throws IOException {
        MigrationStreams streams = migrations.get(join.getMigration());
        if (streams == null) {
            throw new IOException("no migration waits for this connection");
        }
        streams.join(join.getToken().toByteArray(), join.getNumber(), channel);
        handler = new SideStream(join.getMigration(), join.getNumber(), streams);
    }

    @Override
    public void broken(String reason) {
        handler.broken(reason);
    }

    @Override
    public void ended(String reason) {
        handler.ended(reason);
    }
}
