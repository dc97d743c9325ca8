package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A bad connection: stands before the target agent, lets so many bytes of the source's pass, and then does something.
 * It runs on a host, where it tells on its output when it {@code listens} and when it has {@code reached} that point.
 *
 * <pre>java -cp CLASSES io.godwit.e2e.Relay ADDRESS PORT AGENT_PORT AFTER_BYTES WHAT</pre>
 */
final class Relay {
    /** What happens to the byte after those that pass. */
    enum What {
        /** Both sides see the connection end. */
        CLOSE,
        /** It waits until a line comes on the relay's input. */
        HOLD,
        /** Its lowest bit is turned. */
        ALTER,
        /** No agent is asked: something else answers. */
        IMPERSONATE,
        /** What asks for the restore waits until a line comes on the relay's input: the tree stands still, and is not committed. */
        HOLD_RESTORE,
        /** The commit of the migration waits until a line comes on the relay's input. */
        HOLD_COMMIT,
        /** Both sides see the connection end, instead of the commit of the migration. */
        LOSE_COMMIT,
        /** The source sees the connection end, instead of the answer to its commit. */
        LOSE_ANSWER
    }

    /** The frame of a commit: its length, and its first byte. It comes alone, as the source has waited for an answer before. */
    static final int COMMIT_BYTES = 24;

    static final byte COMMIT = 10;

    /** The same of what asks for the restore. */
    static final byte RESTORE = 9;

    private final What what;
    private final long after;
    private long passed;
    private volatile boolean committed;

    private Relay(What what, long after) {
        this.what = what;
        this.after = after;
    }

    public static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.getByName(arguments[0]);
        try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[1]), 1, address)) {
            System.out.println("listens");
            Relay relay = new Relay(What.valueOf(arguments[4]), Long.parseLong(arguments[3]));
            try (Socket source = server.accept()) {
                if (relay.what == What.IMPERSONATE) {
                    source.getOutputStream().write("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n".getBytes(US_ASCII));
                    source.getInputStream().transferTo(OutputStream.nullOutputStream());
                    return;
                }
                try (Socket agent = new Socket(address, Integer.parseInt(arguments[2]))) {
                    relay.run(source, agent);
                }
            }
        }
    }

    private void run(Socket source, Socket agent) throws IOException {
        Thread answers = new Thread(() -> {
            try (source) {
                answer(agent.getInputStream(), source.getOutputStream());
            } catch (IOException e) {
                // The source has gone, which is its right.
            }
        });
        answers.setDaemon(true);
        answers.start();
        InputStream in = source.getInputStream();
        byte[] buffer = new byte[64 << 10];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (passed <= after && after < passed + read && !act(buffer, (int) (after - passed))) {
                return;
            }
            if (what == What.HOLD_RESTORE && read == COMMIT_BYTES && buffer[0] == RESTORE) {
                System.out.println("restore");
                awaitLine();
            }
            if (read == COMMIT_BYTES && buffer[0] == COMMIT) {
                System.out.println("commit");
                committed = true;
                if (what == What.LOSE_COMMIT) {
                    return;
                } else if (what == What.HOLD_COMMIT) {
                    awaitLine();
                }
            }
            agent.getOutputStream().write(buffer, 0, read);
            passed += read;
        }
    }

    private void answer(InputStream agent, OutputStream source) throws IOException {
        byte[] buffer = new byte[64 << 10];
        for (int read = agent.read(buffer); read >= 0; read = agent.read(buffer)) {
            if (committed && what == What.LOSE_ANSWER) {
                return;
            }
            source.write(buffer, 0, read);
        }
    }

    private static void awaitLine() throws IOException {
        new BufferedReader(new InputStreamReader(System.in, US_ASCII)).readLine();
    }

    /** Whether the bytes go on. */
    private boolean act(byte[] buffer, int at) throws IOException {
        System.out.println("reached");
        switch (what) {
            case HOLD -> awaitLine();
            case ALTER -> buffer[at] ^= 1;
            default -> {}
        }
        return what != What.CLOSE;
    }
}
