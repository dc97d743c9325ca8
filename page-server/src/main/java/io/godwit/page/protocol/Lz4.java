package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** LZ4 blocks between direct buffers, by the native library where it loads. */
public final class Lz4 implements Codec {
    private final LZ4Compressor compressor;
    private final LZ4SafeDecompressor decompressor;

    public Lz4() {
        LZ4Factory factory = LZ4Factory.fastestInstance();
        compressor = factory.fastCompressor();
        decompressor = factory.safeDecompressor();
    }

    @Override
    public boolean compress(ByteBuffer content, ByteBuf out, int room) {
        ByteBuffer block = out.nioBuffer(out.writerIndex(), room);
        try {
            int length = compressor.compress(content, content.position(), content.remaining(), block, 0, room);
            out.writerIndex(out.writerIndex() + length);
            return true;
        } catch (LZ4Exception e) {
            return false;
        }
    }

    @Override
    public void decompress(ByteBuf block, ByteBuffer out) throws ProtocolException {
        int length;
        try {
            length = decompressor.decompress(
                    block.nioBuffer(), 0, block.readableBytes(), out, out.position(), out.remaining());
        } catch (LZ4Exception e) {
            throw Codec.damaged(out.remaining());
        }
        Codec.requireWhole(length, out.remaining());
    }
}
