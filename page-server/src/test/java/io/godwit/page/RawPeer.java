package io.godwit.page;

import io.godwit.image.pages.PageBatch;
import io.godwit.page.proto.Hello;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One end of a connection that says what it likes, byte by byte. */
final class RawPeer implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    static RawPeer connect(int port) throws IOException {
        return new RawPeer(new Socket("127.0.0.1", port));
    }

    /** A source that has been greeted and is in the middle of a pagemap. */
    static RawPeer inPagemap(int port, String migration) throws IOException {
        RawPeer peer = connect(port);
        peer.send(hello(Frame.VERSION, migration));
        peer.receive();
        peer.send(new Frame(FrameType.ROUND, Frame.PLAIN, 0, 0, 0, Unpooled.EMPTY_BUFFER));
        peer.send(new Frame(FrameType.PAGEMAP, Frame.PLAIN, 42, 0, 0, Unpooled.EMPTY_BUFFER));
        return peer;
    }

    static Frame hello(int version, String migration) {
        Hello hello =
                Hello.newBuilder().setVersion(version).setMigration(migration).build();
        return Frame.message(FrameType.HELLO, hello, UnpooledByteBufAllocator.DEFAULT);
    }

    /** One run of pages, with contents that may not fit them. */
    static Frame pages(int encoding, long address, long pages, byte[] contents) {
        return run(PageBatch.Kind.DATA, encoding, address, pages, contents);
    }

    static Frame run(PageBatch.Kind kind, int encoding, long address, long pages, byte[] contents) {
        ByteBuf bytes = Unpooled.directBuffer().writeBytes(contents);
        bytes.writeLongLE(address | kind.ordinal()).writeLongLE(pages);
        return new Frame(FrameType.PAGES, encoding, address, 1, Checksum.of(bytes), bytes);
    }

    static byte[] bytes(Frame frame) {
        ByteBuf out = Unpooled.buffer();
        frame.encodeHeader(out);
        out.writeBytes(frame.payload().duplicate());
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(Frame frame) throws IOException {
        send(bytes(frame));
    }

    /** The payload of the next frame. */
    byte[] receivePayload() throws IOException {
        byte[] header = in.readNBytes(Frame.HEADER_BYTES);
        return in.readNBytes(Integer.reverseBytes(ByteBuffer.wrap(header).getInt(4)));
    }

    /** The type and payload of the next frame. */
    String receive() throws IOException {
        byte[] header = in.readNBytes(Frame.HEADER_BYTES);
        if (header.length < Frame.HEADER_BYTES) {
            return "closed";
        }
        int length = Integer.reverseBytes(ByteBuffer.wrap(header).getInt(4));
        byte[] payload = in.readNBytes(length);
        return FrameType.values()[header[0]] + " " + new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
