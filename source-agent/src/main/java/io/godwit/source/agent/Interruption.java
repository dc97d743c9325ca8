package io.godwit.source.agent;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** This process is ended, as by Ctrl-C, while an agent works for it: the agent is told, and has ended before this process has. */
final class Interruption implements AutoCloseable {
    private static final int POLLIN = 1;
    private static final int PATIENCE_MILLIS = 5000;

    private final Channel channel;
    private final Thread hook = new Thread(this::interrupt, "end the agent");
    private Optional<Fd> agent = Optional.empty();

    private Interruption(Channel channel) {
        this.channel = channel;
    }

    static Interruption of(Channel channel) {
        Interruption interruption = new Interruption(channel);
        try {
            Runtime.getRuntime().addShutdownHook(interruption.hook);
        } catch (IllegalStateException e) {
            awaitTheEnd();
        }
        return interruption;
    }

    /** From now on this process is at work. */
    synchronized void agent(int pid) throws LinuxException {
        agent = Optional.of(Descriptors.pidfdOpen(pid));
    }

    /** Its end is the end of what it sends. When it has ended the kernel has let its tree go. */
    private synchronized void interrupt() {
        try {
            channel.socket().endSending();
            if (agent.isPresent()) {
                Descriptors.poll(agent.get(), POLLIN, PATIENCE_MILLIS);
            }
        } catch (LinuxException e) {
            // It has ended already.
        }
    }

    /** The agent has ended, or has said all. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            awaitTheEnd();
        }
        agent.ifPresent(Fd::close);
    }

    /** This process is about to end, and there is nothing to say any more. */
    private static void awaitTheEnd() {
        while (true) {
            LockSupport.park();
        }
    }
}
