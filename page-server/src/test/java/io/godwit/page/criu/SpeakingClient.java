package io.godwit.page.criu;

import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client that says what a test wants, right or wrong. */
final class SpeakingClient implements AutoCloseable {
    private static final int ANSWER_MILLIS = 20_000;

    private final Socket socket;
    private final HeaderForm form;

    SpeakingClient(InetSocketAddress server, HeaderForm form) throws IOException {
        this.form = form;
        socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        socket.setSoTimeout(ANSWER_MILLIS);
        socket.setTcpNoDelay(true);
    }

    SpeakingClient say(Message message) throws IOException {
        ByteBuf out = Unpooled.buffer();
        form.encode(message.header(), out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return send(bytes);
    }

    SpeakingClient send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    byte[] read(int bytes) throws IOException {
        byte[] answer = new byte[bytes];
        new DataInputStream(socket.getInputStream()).readFully(answer);
        return answer;
    }

    void endOfStream() throws IOException {
        socket.shutdownOutput();
    }

    /** Whether the server closes, having said nothing more. */
    boolean isClosedByServer() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return e.getMessage().contains("reset");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
