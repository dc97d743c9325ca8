package io.godwit.page.protocol;

import com.google.protobuf.MessageLite;
import io.godwit.image.pages.PageBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import java.nio.charset.StandardCharsets;

/**
 * One frame. The header, little-endian: type u8, encoding u8, magic u16, payload length u32, address u64,
 * count u32, checksum u32.
 *
 * <p>PAGES carries some runs of pages: first the contents of those that have any, then a table of all runs, each 16
 * bytes: its address u64, with the {@link PageBatch.Kind} in its lowest bits, and its pages u64. A run of the kind WORD is the address
 * of a word instead, and its value.
 *
 * @param encoding of the contents in PAGES: the ordinal of an {@link Encoding}
 * @param address of the first page; a number for other types
 * @param count of the runs of PAGES; for PAGEMAP the kind
 * @param checksum CRC32C of the payload, for PAGES and IMAGE
 */
public record Frame(FrameType type, int encoding, long address, int count, int checksum, ByteBuf payload)
        implements ReferenceCounted {
    public static final int VERSION = 10;
    public static final int HEADER_BYTES = 24;
    /** For a header, and so that what follows is aligned as its buffer is. */
    private static final int HEADROOM_BYTES = 64;

    /** In every header, so that a stream that is none of ours is noticed at once. */
    static final int MAGIC = 0x4757;

    /** In the count field of ROUND: the ordinal of the {@link Hurry}, shifted by so many bits. */
    public static final int HURRY_SHIFT = 1;

    /** In the count field of ROUND: the round's memory goes into a tree that grows, only images are stored. */
    public static final int IN_PLACE = 1;

    /** The count field of FAILURE: the target has given up, and nothing of the tree is left there. */
    public static final int UNDONE = 1;

    public static final int PLAIN = 0;

    /** An image is held in memory whole on both sides; the largest are those of deleted files. */
    public static final int MAX_IMAGE_BYTES = 24 << 20;

    /** The paths of a large tree are among the words of a pre-flight. */
    static final int MAX_MESSAGE_BYTES = 8 << 20;

    /** Page contents per frame. */
    public static final int CHUNK_BYTES = 256 << 10;

    /** The most connections of one migration: each may have chunks on its way, and memory is bounded. */
    public static final int MAX_STREAMS = 8;

    /** A run in the table of PAGES. */
    public static final int RUN_BYTES = 16;

    /** The longest payload of PAGES. */
    public static final int MAX_PAGES_BYTES = CHUNK_BYTES + PageBatch.MAX_RUNS * RUN_BYTES;

    /** A frame without page data. */
    public static Frame control(FrameType type, ByteBuf payload) {
        return new Frame(type, PLAIN, 0, 0, 0, payload);
    }

    /** A frame that carries a message. */
    public static Frame message(FrameType type, MessageLite message, ByteBufAllocator allocator) {
        return control(type, allocator.buffer().writeBytes(message.toByteArray()));
    }

    /** A frame that carries words. */
    public static Frame text(FrameType type, String text, ByteBufAllocator allocator) {
        return control(type, allocator.buffer().writeBytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * A failure of the target.
     *
     * @param undone nothing of the tree is left there
     */
    public static Frame failure(String words, boolean undone, ByteBufAllocator allocator) {
        ByteBuf payload = allocator.buffer().writeBytes(words.getBytes(StandardCharsets.UTF_8));
        return new Frame(FrameType.FAILURE, PLAIN, 0, undone ? UNDONE : 0, 0, payload);
    }

    /**
     * A buffer for a payload, with room before it for the header, so that both go out as one piece.
     *
     * @param bytes what it has room for at first
     * @param most what it may grow to
     */
    public static ByteBuf payload(ByteBufAllocator allocator, int bytes, int most) {
        return allocator
                .directBuffer(HEADROOM_BYTES + bytes, HEADROOM_BYTES + most)
                .setIndex(HEADROOM_BYTES, HEADROOM_BYTES);
    }

    /** Writes the header. */
    public void encodeHeader(ByteBuf out) {
        out.writeByte(type.ordinal());
        out.writeByte(encoding);
        out.writeShortLE(MAGIC);
        out.writeIntLE(payload.readableBytes());
        out.writeLongLE(address);
        out.writeIntLE(count);
        out.writeIntLE(checksum);
    }

    /**
     * Reads a header.
     *
     * @return the frame, with an empty buffer that has room for its payload and no more
     * @throws ProtocolException if it is no header, or the payload is longer than such a frame may have
     */
    static Frame decodeHeader(ByteBuf in, ByteBufAllocator allocator) throws ProtocolException {
        int number = in.readUnsignedByte();
        int encoding = in.readUnsignedByte();
        if (in.readUnsignedShortLE() != MAGIC) {
            throw new ProtocolException("what came is no godwit frame: the other side is no godwit");
        }
        FrameType type = FrameType.of(number);
        long length = in.readUnsignedIntLE();
        int most = most(type);
        if (length > most) {
            throw new ProtocolException("a " + type + " frame of " + length + " bytes came, and it may have " + most
                    + "; the connection is damaged, or the other side is another version of godwit");
        }
        long address = in.readLongLE();
        int count = in.readIntLE();
        int checksum = in.readIntLE();
        ByteBuf payload = length == 0 ? Unpooled.EMPTY_BUFFER : allocator.directBuffer((int) length, (int) length);
        return new Frame(type, encoding, address, count, checksum, payload);
    }

    private static int most(FrameType type) {
        return switch (type) {
            case PAGES -> MAX_PAGES_BYTES;
            case IMAGE -> MAX_IMAGE_BYTES;
            default -> MAX_MESSAGE_BYTES;
        };
    }

    /** The payload's bytes; the payload is released. */
    public byte[] takeBytes() {
        byte[] bytes = new byte[payload.readableBytes()];
        payload.readBytes(bytes);
        payload.release();
        return bytes;
    }

    /** The payload as words; the payload is released. */
    public String takeText() {
        return new String(takeBytes(), StandardCharsets.UTF_8);
    }

    // A frame that can not be sent is released by the channel, which knows how by these.

    @Override
    public int refCnt() {
        return payload.refCnt();
    }

    @Override
    public Frame retain() {
        payload.retain();
        return this;
    }

    @Override
    public Frame retain(int increment) {
        payload.retain(increment);
        return this;
    }

    @Override
    public Frame touch() {
        payload.touch();
        return this;
    }

    @Override
    public Frame touch(Object hint) {
        payload.touch(hint);
        return this;
    }

    @Override
    public boolean release() {
        return payload.release();
    }

    @Override
    public boolean release(int decrement) {
        return payload.release(decrement);
    }
}
