package io.godwit.e2e.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives inputs to a target, one after the other, and holds it to four promises: it throws nothing but what it declares, ends in
 * time, allocates no more than the input gives reason for, and changes no file outside of its directory.
 */
final class Fuzzer implements AutoCloseable {
    /** More by -Dgodwit.fuzz.limit, where others have the processors. */
    static final long LIMIT_SECONDS = Long.getLong("godwit.fuzz.limit", 30);

    /** Classes are loaded and indexes are made whatever the input is; beyond that memory is to be in proportion to it. */
    private static final long ALLOWED_BYTES = 256L << 20;

    private static final long ALLOWED_BYTES_PER_BYTE = 2000;

    private final Path base;
    private final Path sandbox;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(Fuzzer::daemon);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private Thread thread;
    private long inputs;
    private long refused;

    Fuzzer() throws IOException {
        base = Files.createTempDirectory("godwit-fuzz-");
        sandbox = base.resolve("sandbox");
        Files.writeString(Files.createDirectory(base.resolve("outside")).resolve("x"), "must stay as it is");
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "fuzz");
        thread.setDaemon(true);
        return thread;
    }

    /** Makes inputs until the time is over. Each has the number of the one before plus one as its seed. */
    void run(FuzzTarget target, long firstSeed, long seconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long seed = firstSeed; System.nanoTime() < end; seed++) {
            one(target, seed);
        }
    }

    /** Makes the input of a seed and gives it to a target. */
    void one(FuzzTarget target, long seed) throws IOException {
        byte[] input;
        try {
            input = target.input(new Random(seed));
        } catch (IOException | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": no input could be made: " + e, e);
        }
        read(target, input, "seed " + seed);
    }

    /** Gives an input to a target. */
    void read(FuzzTarget target, byte[] input, String name) throws IOException {
        Files.createDirectory(sandbox);
        Map<String, String> before = outside();
        Future<Long> work = reader.submit(() -> allocated(target, input));
        try {
            long bytes = work.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (bytes > ALLOWED_BYTES + input.length * ALLOWED_BYTES_PER_BYTE) {
                throw new AssertionError(name + ": " + bytes + " bytes were allocated for an input of " + input.length);
            }
        } catch (TimeoutException e) {
            AssertionError hang = new AssertionError(name + ": still at it after " + LIMIT_SECONDS + " s");
            hang.setStackTrace(thread.getStackTrace());
            throw hang;
        } catch (ExecutionException e) {
            throw new AssertionError(name + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(name + ": interrupted", e);
        }
        if (!outside().equals(before)) {
            throw new AssertionError(name + ": changed what is outside: " + before + " to " + outside());
        }
        inputs++;
        Listing.delete(sandbox);
    }

    /** How much memory the reading took. */
    private long allocated(FuzzTarget target, byte[] input) {
        thread = Thread.currentThread();
        long before = threads.getThreadAllocatedBytes(thread.getId());
        try {
            target.read(input, sandbox);
        } catch (IOException e) {
            refused++;
        }
        return threads.getThreadAllocatedBytes(thread.getId()) - before;
    }

    private Map<String, String> outside() throws IOException {
        return Listing.of(base.resolve("outside"));
    }

    long inputs() {
        return inputs;
    }

    /** How many of them were refused with words. */
    long refused() {
        return refused;
    }

    @Override
    public void close() throws IOException {
        reader.shutdownNow();
        Listing.delete(base);
    }
}
