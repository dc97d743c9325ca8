package io.godwit.e2e.fuzz;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;

/** A client that says all it has to say, and hears the server out. */
final class Connection {
    /** Less than what the fuzzer waits for, which can not tell what it waited for. */
    private static final int ANSWER_MILLIS = Math.toIntExact(TimeUnit.SECONDS.toMillis(Fuzzer.LIMIT_SECONDS) * 2 / 3);

    private Connection() {}

    /**
     * What a server answers until it closes.
     *
     * @throws IOException if it does not close in time
     */
    static byte[] exchange(int port, byte[] said) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS);
            try {
                socket.getOutputStream().write(said);
                socket.shutdownOutput();
                return socket.getInputStream().readAllBytes();
            } catch (SocketException e) {
                // it was refused before all had been said
                return new byte[0];
            }
        }
    }
}
