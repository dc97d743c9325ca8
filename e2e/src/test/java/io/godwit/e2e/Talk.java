package io.godwit.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The client of the victim {@code talker}: both directions without a pause, each byte a function of its number, and all checked. */
final class Talk implements AutoCloseable {
    private static final int BLOCK_BYTES = 4096;

    private static final Duration LINE_INTERVAL = Duration.ofMillis(20);

    private final Socket socket;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final Thread hearing = new Thread(() -> guarded(this::hear), "hearing");
    private final Thread speaking = new Thread(() -> guarded(this::speak), "speaking");
    private volatile boolean serverEnded;

    private Talk(Socket socket) {
        this.socket = socket;
    }

    /** Connects and begins. */
    static Talk with(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 * 1024);
        socket.connect(server);
        Talk talk = new Talk(socket);
        talk.hearing.start();
        talk.speaking.start();
        return talk;
    }

    /**
     * Talks from another host: {@code ADDRESS PORT}. Writes a line whenever some time has gone by: bytes received, bytes sent, and
     * what went wrong; {@code end} after the last.
     */
    public static void main(String[] arguments) throws Exception {
        try (Talk talk = Talk.with(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])))) {
            while (!Eventually.holds(LINE_INTERVAL, talk::ended)) {
                System.out.println(talk);
            }
            talk.awaitEnd();
            System.out.println(talk);
            System.out.println("end");
        }
    }

    private boolean ended() {
        return !hearing.isAlive() && !speaking.isAlive();
    }

    @Override
    public String toString() {
        return received() + " " + sent() + " " + failure().orElse("-");
    }

    private interface Part {
        void run() throws IOException;
    }

    private void guarded(Part part) {
        try {
            part.run();
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e.toString());
        }
    }

    private static byte pattern(long at) {
        return (byte) (at * 31 + (at >> 9));
    }

    private void hear() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] block = new byte[BLOCK_BYTES];
        int count;
        while ((count = in.read(block)) >= 0) {
            for (int i = 0; i < count; i++) {
                if (block[i] != pattern(received.get() + i)) {
                    throw new IOException("byte " + (received.get() + i) + " of the server is another");
                }
            }
            received.addAndGet(count);
        }
        serverEnded = true;
    }

    private void speak() throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] block = new byte[BLOCK_BYTES];
        while (!serverEnded && failure.get() == null) {
            for (int i = 0; i < BLOCK_BYTES; i++) {
                block[i] = pattern(sent.get() + i);
            }
            out.write(block);
            sent.addAndGet(BLOCK_BYTES);
        }
        socket.shutdownOutput();
    }

    /** Bytes of the server so far. */
    long received() {
        return received.get();
    }

    /** Bytes to the server so far. */
    long sent() {
        return sent.get();
    }

    /** Whether both directions get on by so many bytes from here. */
    boolean goesOn(long bytes, Duration limit) {
        long heard = received() + bytes;
        long said = sent() + bytes;
        return Eventually.holds(limit, () -> failure.get() != null || (received() > heard && sent() > said))
                && failure.get() == null;
    }

    /** What went wrong so far. */
    Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Waits until the server has ended, and this side after it. */
    void awaitEnd() throws InterruptedException {
        hearing.join();
        speaking.join();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
