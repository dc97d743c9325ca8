package io.godwit.source.exec;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ends with a time limit or with this program. A process whose tracer dies goes on by itself, but only when the call has ended, and
 * with the machine left in it; so an interrupted Godwit (Ctrl-C) lives on until the process is put right.
 */
final class Patience implements BooleanSupplier, AutoCloseable {
    private static final long PUT_RIGHT_SECONDS = 5;

    private final long start = System.nanoTime();
    private final Duration limit;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::giveUpAndWait, "put the process right");
    private volatile boolean ending;

    Patience(Duration limit) {
        this.limit = limit;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public boolean getAsBoolean() {
        return ending || System.nanoTime() - start > limit.toNanos();
    }

    @Override
    public void close() {
        done.countDown();
        if (!ending) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                ending = true;
            }
        }
    }

    private void giveUpAndWait() {
        ending = true;
        try {
            done.await(PUT_RIGHT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
