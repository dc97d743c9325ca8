package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The payload of IMAGE: length of the name (u16), name, contents. */
public record ImagePayload(String name, byte[] content) {
    private static final int MAX_NAME_BYTES = 255;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*(\\.img)?");

    public static ByteBuf encode(String name, byte[] content, ByteBufAllocator allocator) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuf payload = allocator.directBuffer(2 + bytes.length + content.length);
        return payload.writeShortLE(bytes.length).writeBytes(bytes).writeBytes(content);
    }

    /** Reads a payload. The name is one of an image file, without any path. */
    public static ImagePayload decode(ByteBuf payload) throws ProtocolException {
        int length = payload.readableBytes() < 2 ? -1 : payload.readUnsignedShortLE();
        if (length <= 0 || length > MAX_NAME_BYTES || length > payload.readableBytes()) {
            throw new ProtocolException("an image came without a proper name");
        }
        String name = payload.readCharSequence(length, StandardCharsets.UTF_8).toString();
        if (!NAME.matcher(name).matches()) {
            throw new ProtocolException("'" + name + "' is not the name of an image file");
        }
        byte[] content = new byte[payload.readableBytes()];
        payload.readBytes(content);
        return new ImagePayload(name, content);
    }
}
