package io.godwit.source.agent;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.net.PeerCredentials;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Waits for one migration and has it done. */
public final class StandbyAgent {
    /** For who connects to say what it wants. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;
    private static final int CHARSET = 0;
    private static final int TERMINAL = 1;
    private static final int WORDS = 2;

    private final Path path;
    private final Job job;
    private final Runnable abandoned;
    private final Semaphore atWork = new Semaphore(1);
    private final AgentIdentity identity;

    /**
     * An agent; it is what this process is now, whatever becomes of its files until it is asked.
     *
     * @param abandoned ends this process, as the user has ended the one that asked
     */
    public StandbyAgent(Path path, Job job, Runnable abandoned) throws IOException {
        this.path = path;
        this.job = job;
        this.abandoned = abandoned;
        this.identity = AgentIdentity.ofThisProcess();
    }

    /**
     * Somebody wants a migration.
     *
     * @param out standard output of who asked
     * @param err standard error of who asked
     * @param charset of what is written to both
     * @param terminal the charset that a terminal of who asked shows
     * @param words arguments of {@code godwit migrate}
     */
    public record Request(Fd out, Fd err, String charset, String terminal, List<String> words)
            implements AutoCloseable {
        @Override
        public void close() {
            out.close();
            err.close();
        }
    }

    /** Does the migration. */
    @FunctionalInterface
    public interface Job {
        /** Does it; returns the exit code. */
        int run(Request request) throws IOException;
    }

    /** Returns when this is not at work, and never will be. */
    public void retire() {
        atWork.acquireUninterruptibly();
    }

    /**
     * Listens, and returns when the first migration that was asked for is over.
     *
     * @param ready is run when this can be asked
     * @throws IOException if it can not listen
     */
    public void serve(Runnable ready) throws IOException {
        Optional<Asked> asked = Optional.empty();
        try (AgentSocket socket = AgentSocket.listen(path)) {
            ready.run();
            while (asked.isEmpty()) {
                asked = hear(socket.accept());
            }
        }
        try (Asked taken = asked.get()) {
            run(taken);
        }
    }

    private record Asked(Channel channel, Request request) implements AutoCloseable {
        @Override
        public void close() {
            channel.close();
            request.close();
        }
    }

    /** What one has to say who may leave again, or do nothing but be in the way. This is at work if it returns something. */
    private Optional<Asked> hear(Channel channel) {
        try {
            channel.send(identity.words());
            Optional<List<String>> words = channel.receive(PATIENCE);
            if (words.isPresent()) {
                Request request = take(channel, words.get());
                if (agree(channel, request)) {
                    return Optional.of(new Asked(channel, request));
                }
            }
        } catch (IOException | IllegalCharsetNameException e) {
            refuse(channel, e.getMessage());
        }
        channel.close();
        return Optional.empty();
    }

    private boolean agree(Channel channel, Request request) throws IOException {
        atWork.acquireUninterruptibly();
        boolean agreed = false;
        try {
            channel.send(Channel.READY, Long.toString(ProcessHandle.current().pid()));
            agreed = channel.receive(PATIENCE).equals(Optional.of(List.of(Channel.GO)));
            return agreed;
        } finally {
            if (!agreed) {
                atWork.release();
                request.close();
            }
        }
    }

    private static void refuse(Channel channel, String why) {
        try {
            channel.send(Channel.REFUSED, why);
        } catch (IOException e) {
            // It has left, and the migration is done without this agent or not at all.
        }
    }

    /** Only who could do the migration itself may have it done: the kernel tells, not the process. */
    private Request take(Channel channel, List<String> words) throws IOException {
        PeerCredentials peer = channel.socket().peer();
        String owner = "process " + peer.pid();
        if (words.size() < WORDS || !Charset.isSupported(words.get(CHARSET))) {
            throw new IOException(owner + " asks for what is no migration");
        }
        try (Fd process = Descriptors.pidfdOpen(peer.pid())) {
            List<String> differences =
                    AgentIdentity.inTheKernel(ProcDirectory.process(peer.pid())).differences(identity);
            if (!differences.isEmpty()) {
                throw new IOException(owner + " has another " + String.join(", ", differences));
            }
            Fd out = Descriptors.pidfdGetfd(process, STANDARD_OUTPUT, owner);
            try {
                Fd err = Descriptors.pidfdGetfd(process, STANDARD_ERROR, owner);
                return new Request(
                        out, err, words.get(CHARSET), words.get(TERMINAL), words.subList(WORDS, words.size()));
            } catch (IOException e) {
                out.close();
                throw e;
            }
        }
    }

    private void run(Asked asked) throws IOException {
        Channel channel = asked.channel();
        try (Watch watch = new Watch(channel)) {
            watch.start();
            int code = job.run(asked.request());
            watch.over = true;
            tell(channel, code);
        }
    }

    private static void tell(Channel channel, int code) {
        try {
            channel.send(Channel.ENDED, Integer.toString(code));
        } catch (IOException e) {
            // Who asked has just gone, and it is done all the same.
        }
    }

    /** Notices that who asked is gone. */
    private final class Watch extends Thread implements AutoCloseable {
        private final Channel channel;
        private volatile boolean over;

        Watch(Channel channel) {
            super("is the user there");
            this.channel = channel;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (channel.receive().isPresent()) {
                    // Nothing is to be said any more.
                }
            } catch (IOException e) {
                // As good as gone.
            }
            if (!over) {
                abandoned.run();
            }
        }

        /** Nobody uses the channel any more afterwards. */
        @Override
        public void close() throws IOException {
            over = true;
            channel.socket().shutDown();
            try {
                join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
