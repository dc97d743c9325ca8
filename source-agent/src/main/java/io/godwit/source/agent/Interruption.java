package io.godwit.source.agent;

import io.godwit.linux.LinuxException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** This process is ended, as by Ctrl-C, while an agent works for it: the agent is told, and has ended before this process has. */
final class Interruption implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Channel channel;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "end the agent");

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

    /** This process is about to end, and there is nothing to say any more. */
    private static void awaitTheEnd() {
        while (true) {
            LockSupport.park();
        }
    }

    /** Its end is the end of what it sends. */
    private void interrupt() {
        try {
            channel.socket().endSending();
            over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (LinuxException e) {
            // It has ended already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The agent has ended, or has said all. */
    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            awaitTheEnd();
        }
    }
}
