package io.godwit.page.criu;

import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;

/** Collects what a client says, and sends it in pieces of an odd size. */
final class SpeakingPieces {
    private final HeaderForm form;
    private final ByteBuf out = Unpooled.buffer();

    SpeakingPieces(HeaderForm form) {
        this.form = form;
    }

    SpeakingPieces say(Message message) {
        form.encode(message.header(), out);
        return this;
    }

    SpeakingPieces send(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    void sendTo(SpeakingClient client, int pieceBytes) throws IOException {
        while (out.isReadable()) {
            byte[] piece = new byte[Math.min(pieceBytes, out.readableBytes())];
            out.readBytes(piece);
            client.send(piece);
        }
    }
}
