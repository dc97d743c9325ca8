package io.godwit.criu.rpc;

import io.godwit.linux.Descriptors;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.PeerCredentials;
import io.godwit.linux.net.SeqPacketListener;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Listens for clients, and starts a worker process for each. */
final class Service implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int MAX_WORKERS = 64;
    private static final int MAX_WORKERS_OF_USER = 16;
    private static final long PAUSE_NANOS = 100_000_000;

    private final SeqPacketListener listener;
    private final WorkerProcess worker;
    private final Consumer<String> log;
    private final WorkerSlots slots = new WorkerSlots(MAX_WORKERS, MAX_WORKERS_OF_USER);

    private Service(SeqPacketListener listener, WorkerProcess worker, Consumer<String> log) {
        this.listener = listener;
        this.worker = worker;
        this.log = log;
    }

    /**
     * Listens at a path. A socket that is there from before is replaced.
     *
     * @param log takes a line for each client that could not be served
     * @throws IOException if something else is there, or the directory is not
     */
    static Service listen(Path path, WorkerProcess worker, Consumer<String> log) throws IOException {
        if (Files.exists(path)) {
            if (!Descriptors.status(path.toString()).isSocket()) {
                throw new IOException(
                        path + " is there and is no socket: remove it, or name another path by --address");
            }
            Files.delete(path);
        }
        return new Service(SeqPacketListener.at(path, BACKLOG), worker, log);
    }

    /** Serves until this thread is interrupted. */
    void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (SeqPacketSocket connection = listener.accept()) {
                serve(connection);
            } catch (LinuxException e) {
                log.accept("a client could not be taken: " + e.getMessage());
                // Such as no free descriptors: the client waits in the queue, and accept would fail again at once.
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (IOException e) {
                log.accept("a client could not be served: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void serve(SeqPacketSocket connection) throws IOException, InterruptedException {
        PeerCredentials client = connection.peer();
        if (!slots.take(client.uid())) {
            log.accept("pid " + client.pid() + " was turned away: user " + Integer.toUnsignedString(client.uid())
                    + " has " + MAX_WORKERS_OF_USER + " workers already");
            return;
        }
        try {
            worker.start(connection).onExit().thenRun(() -> slots.release(client.uid()));
        } catch (IOException e) {
            slots.release(client.uid());
            throw e;
        }
    }

    @Override
    public void close() {
        listener.close();
    }
}
