package io.godwit.source.agent;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.file.PrivateDirectory;
import io.godwit.linux.net.SeqPacketListener;
import io.godwit.linux.net.SeqPacketSocket;
import io.godwit.source.journal.JournalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Where an agent waits. It is there for as long as the agent can be asked. */
public final class AgentSocket implements AutoCloseable {
    private static final String NAME = "source-agent.sock";
    private static final int BACKLOG = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final SeqPacketListener listener;
    private final Path path;
    private final Thread remover;

    private AgentSocket(SeqPacketListener listener, Path path) {
        this.listener = listener;
        this.path = path;
        this.remover = new Thread(this::remove, "remove the socket");
    }

    /** Beside the journals of a host. */
    public static Path path(JournalDirectory journals) {
        return journals.path().resolve(NAME);
    }

    /**
     * Listens; only this user and root can ask. The file of an agent that was killed is replaced.
     *
     * @throws IOException if another agent waits there, or there is something else
     */
    static AgentSocket listen(Path path) throws IOException {
        PrivateDirectory.make(path.toAbsolutePath().getParent());
        if (Files.exists(path)) {
            if (!Descriptors.status(path.toString()).isSocket()) {
                throw new IOException(path + " is there and is no socket: remove it, or name another path");
            }
            if (answers(path)) {
                throw new IOException("another process waits at " + path + ": end it, or name another path");
            }
            Files.delete(path);
        }
        AgentSocket socket = new AgentSocket(SeqPacketListener.ofOwner(path, BACKLOG), path);
        try {
            Runtime.getRuntime().addShutdownHook(socket.remover);
        } catch (IllegalStateException e) {
            socket.close();
            throw new IOException("this process is being stopped", e);
        }
        return socket;
    }

    @SuppressWarnings("try") // it is only connected
    private static boolean answers(Path path) {
        try (SeqPacketSocket socket = SeqPacketSocket.connect(path.toString(), PATIENCE)) {
            return true;
        } catch (LinuxException e) {
            // its queue is full
            return e.errno() == Errno.EAGAIN;
        } catch (IOException e) {
            return false;
        }
    }

    Channel accept() throws IOException {
        return new Channel(listener.accept());
    }

    /** From now on nobody finds it, and who has waited to be accepted is let go. */
    @Override
    public void close() {
        remove();
        listener.close();
        try {
            Runtime.getRuntime().removeShutdownHook(remover);
        } catch (IllegalStateException e) {
            // This process ends, and has removed it already.
        }
    }

    private void remove() {
        path.toFile().delete();
    }
}
