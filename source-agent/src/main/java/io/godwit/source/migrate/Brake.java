package io.godwit.source.migrate;

import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes time from a tree by short stops, so that it writes less, as QEMU's auto-converge does with a guest's
 * processors. A stop is as SIGSTOP is to the program: what waits in epoll_wait(2), say, is given EINTR.
 */
final class Brake implements AutoCloseable {
    private static final long STOP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final int root;
    private final Lock ptrace;
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread thread = new Thread(this::brake, "godwit-brake");
    private volatile int percent;

    /**
     * A brake that is not applied.
     *
     * @param ptrace held while the tree stands still, as a thread can have one tracer only
     */
    Brake(int root, Lock ptrace) {
        this.root = root;
        this.ptrace = ptrace;
        thread.setDaemon(true);
    }

    /** From now on the tree stands still for so much of its time. */
    void apply(int percent) {
        boolean first = this.percent == 0;
        this.percent = percent;
        if (first) {
            thread.start();
        }
    }

    private void brake() {
        try {
            long run = 0;
            while (!released.await(run, TimeUnit.NANOSECONDS)) {
                long start = System.nanoTime();
                stop();
                run = (System.nanoTime() - start) * (100 - percent) / percent;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("try") // the stopped tree is only held
    private void stop() {
        ptrace.lock();
        try (FrozenTree frozen = TreeFreezer.freeze(root)) {
            LockSupport.parkNanos(STOP_NANOS);
        } catch (IOException e) {
            // It can not be stopped at this moment, or it is gone: the migration's own freeze will say which.
            LockSupport.parkNanos(STOP_NANOS);
        } finally {
            ptrace.unlock();
        }
    }

    /** The tree has all its time again when this returns. */
    @Override
    public void close() {
        released.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
