package io.godwit.page.protocol;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** Zstandard, a frame for each block. */
public final class Zstd implements Codec {
    /** Higher levels take several times as long for a few per cent, and the tree wants the processors too. */
    private static final int LEVEL = 3;

    /** Memory of the native library, about 1 MiB. */
    private ZstdCompressCtx compressor;

    public Zstd() {
        load();
    }

    /** Loads the native library, which takes too long for a freeze. */
    public static void load() {
        Native.load();
    }

    @Override
    public boolean compress(ByteBuffer content, ByteBuf out, int room) {
        if (compressor == null) {
            compressor = new ZstdCompressCtx().setLevel(LEVEL);
        }
        ByteBuffer block = out.nioBuffer(out.writerIndex(), room);
        try {
            int length = compressor.compressDirectByteBuffer(
                    block, 0, room, content, content.position(), content.remaining());
            out.writerIndex(out.writerIndex() + length);
            return true;
        } catch (ZstdException e) {
            return false;
        }
    }

    @Override
    public void decompress(ByteBuf block, ByteBuffer out) throws ProtocolException {
        long length;
        try {
            length = com.github.luben.zstd.Zstd.decompressDirectByteBuffer(
                    out, out.position(), out.remaining(), block.nioBuffer(), 0, block.readableBytes());
        } catch (ZstdException e) {
            throw Codec.damaged(out.remaining());
        }
        Codec.requireWhole(length, out.remaining());
    }

    @Override
    public void close() {
        if (compressor != null) {
            compressor.close();
            compressor = null;
        }
    }
}
