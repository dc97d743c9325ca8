package io.godwit.target.receive;

import io.godwit.image.pages.SnapshotSink;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.protocol.Hurry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Brings made-up trees to a target agent as a source does, and ends them. */
final class MadeUpArrival {
    /** A pid that was free when it was looked for may be taken when it is needed. */
    private static final int TRIES = 3;

    private static final int SIGKILL = 9;

    private final InetSocketAddress target;
    private final IntUnaryOperator free;
    private int count;

    /** @param free gives a pid below another such that as many are free as a tree takes */
    MadeUpArrival(InetSocketAddress target, IntUnaryOperator free) {
        this.target = target;
        this.free = free;
    }

    /** Does it a number of times; what the source waited at best for such a tree, from when its state had been sent. */
    Duration best(int times, int moreThreads, int moreChildren) throws IOException {
        List<Duration> took = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            took.add(run(moreThreads, moreChildren));
        }
        return Collections.min(took);
    }

    private Duration run(int moreThreads, int moreChildren) throws IOException {
        int limit = PidMax.read();
        for (int attempt = 1; ; attempt++) {
            int pid = free.applyAsInt(limit);
            try {
                return run(new RehearsalImages(pid, moreThreads, moreChildren));
            } catch (IOException e) {
                if (attempt == TRIES) {
                    throw e;
                }
                limit = pid;
            }
        }
    }

    private Duration run(RehearsalImages images) throws IOException {
        try (TargetConnection connection = NettyTargetConnection.connect(
                target.getAddress().getHostAddress(), target.getPort(), "rehearsal-" + count++, false)) {
            send(images, connection, 0, false);
            connection.hurry(Hurry.FROZEN);
            long start = send(images, connection, 1, true);
            connection.restore();
            List<Fd> tree = open(images.processes());
            try {
                connection.commit();
                return Duration.ofNanos(System.nanoTime() - start);
            } finally {
                end(tree);
            }
        }
    }

    /** While the tree stands still its pids are its own; later only these tell it from who has them next. */
    private static List<Fd> open(List<Integer> pids) throws LinuxException {
        List<Fd> tree = new ArrayList<>();
        for (int pid : pids) {
            tree.add(Descriptors.pidfdOpen(pid));
        }
        return tree;
    }

    private static void end(List<Fd> tree) throws LinuxException {
        for (Fd process : tree) {
            try (process) {
                Descriptors.signal(process, SIGKILL);
            }
        }
    }

    /** Gives when the target had the state of the tree, by {@link System#nanoTime}. */
    private static long send(RehearsalImages images, TargetConnection target, int round, boolean last)
            throws IOException {
        try (SnapshotSink snapshot = target.growingRound(round)) {
            images.writeImages(snapshot, last);
            long told = System.nanoTime();
            target.grow();
            images.writePages(snapshot);
            snapshot.finish();
            return told;
        }
    }
}
