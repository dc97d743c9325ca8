package io.godwit.target.receive;

import io.godwit.image.pages.HolePuncher;
import io.godwit.linux.CompilerThreads;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.protocol.HostCost;
import io.godwit.page.server.PageServer;
import io.godwit.target.restore.RestoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Takes in a made-up tree a number of times, over a connection of its own, and ends it again. The first migration in a fresh
 * virtual machine takes many times as long as the next, since classes are loaded and code is interpreted, and a real tree would have
 * to stand still meanwhile.
 */
public final class Rehearsal {
    private static final int TIMES = 60;
    /** So many of each kind tell what a tree takes; the best of them counts. */
    private static final int MEASURED = 5;

    private static final Duration COMPILED_WITHIN = Duration.ofSeconds(15);

    private static final int MORE_THREADS = 12;
    private static final int MORE_CHILDREN = 8;

    private Rehearsal() {}

    /**
     * Rehearses.
     *
     * @param directory where images may be written for a moment
     * @return what the restore of a tree that stands still takes here
     */
    public static HostCost run(Path directory) throws IOException {
        return run(directory, Rehearsal::freePid);
    }

    /** @param free gives a pid below another such that as many are free as the tree takes */
    static HostCost run(Path directory, IntUnaryOperator free) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        PageServer.Options options = new PageServer.Options(directory, false, HolePuncher.NONE);
        try (PageServer server = PageServer.start(
                anyPort,
                options,
                id -> new RestoreSession(RestoreOptions.ofMigration(false), Optional::empty),
                line -> {})) {
            MadeUpArrival arrival = new MadeUpArrival(server.address(), free);
            arrival.best(TIMES, 0, 0);
            arrival.best(1, MORE_THREADS, MORE_CHILDREN);
            CompilerThreads.ofThisProcess().awaitIdle(COMPILED_WITHIN);
            Duration usual = arrival.best(MEASURED, 0, 0);
            Duration thread = HostCost.each(usual, arrival.best(MEASURED, MORE_THREADS, 0), MORE_THREADS);
            Duration task = HostCost.each(usual, arrival.best(MEASURED, 0, MORE_CHILDREN), MORE_CHILDREN);
            // the usual one has two processes, and one of them a second thread
            return HostCost.ofOne(usual.minus(task).minus(thread), task, thread);
        }
    }

    /** From the far end of the range, where a tree that comes here is the least likely to have its pids. */
    static int freePid(int limit) {
        int pid = limit - RehearsalImages.PIDS;
        while (taken(pid)) {
            pid -= RehearsalImages.PIDS;
        }
        return pid;
    }

    /** Whether one of the pids of a tree whose root has this one is. */
    static boolean taken(int first) {
        return IntStream.range(first, first + RehearsalImages.PIDS)
                .anyMatch(pid -> ProcDirectory.process(pid).exists());
    }
}
