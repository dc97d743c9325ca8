package io.godwit.source.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.linux.Descriptors;
import io.godwit.linux.ZeroEnded;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an agent and who asks it say to each other: the agent who it is, the other the charsets of its output and terminal and the arguments, the agent
 * {@link #READY} and its pid or {@link #REFUSED} and why, the other {@link #GO}, and in the end the agent {@link #ENDED} and the exit code.
 * Each is one packet of words. Until GO either may leave, and nothing was done.
 */
final class Channel implements AutoCloseable {
    static final String READY = "ready";
    static final String REFUSED = "refused";
    static final String GO = "go";
    static final String ENDED = "ended";

    private static final int LIMIT = 1 << 20;
    private static final int POLLIN = 1;

    private final SeqPacketSocket socket;

    Channel(SeqPacketSocket socket) {
        this.socket = socket;
    }

    SeqPacketSocket socket() {
        return socket;
    }

    void send(List<String> words) throws IOException {
        socket.send(ZeroEnded.join(words).getBytes(UTF_8));
    }

    void send(String... words) throws IOException {
        send(List.of(words));
    }

    /** Waits for as long as it takes; nothing if the other side has left. */
    Optional<List<String>> receive() throws IOException {
        Optional<List<String>> words = socket.receive(LIMIT).map(packet -> ZeroEnded.split(new String(packet, UTF_8)));
        if (words.isPresent() && words.get().isEmpty()) {
            throw new IOException("what comes by " + socket.fd() + " is not what an agent, or who asks one, says");
        }
        return words;
    }

    /** As {@link #receive}; nothing too if the other side says nothing for so long. */
    Optional<List<String>> receive(Duration patience) throws IOException {
        return Descriptors.poll(socket.fd(), POLLIN, (int) patience.toMillis()) == 0 ? Optional.empty() : receive();
    }

    @Override
    public void close() {
        socket.close();
    }
}
