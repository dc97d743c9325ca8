package io.godwit.target.receive;

import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.server.PageServer;
import io.godwit.target.restore.RestoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Takes in a made-up tree a number of times, over a connection of its own, and ends it again. The first migration in a fresh
 * virtual machine takes many times as long as the next, since classes are loaded and code is interpreted, and a real tree would have
 * to stand still meanwhile.
 */
public final class Rehearsal {
    private static final int TIMES = 60;
    /** A pid that was free when it was looked for may be taken when it is needed. */
    private static final int TRIES = 3;

    private static final int SIGKILL = 9;

    private Rehearsal() {}

    /**
     * Rehearses.
     *
     * @param directory where images may be written for a moment
     */
    public static void run(Path directory) throws IOException {
        run(directory, Rehearsal::freePid);
    }

    /** @param free gives a pid below another such that as many are free as the tree takes */
    static void run(Path directory, IntUnaryOperator free) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        PageServer.Options options = new PageServer.Options(directory, false, HolePuncher.NONE);
        try (PageServer server = PageServer.start(
                anyPort, options, id -> new RestoreSession(RestoreOptions.ofMigration(false)), line -> {})) {
            for (int i = 0; i < TIMES; i++) {
                move(server.address(), "rehearsal-" + i, free);
            }
        }
    }

    private static void move(InetSocketAddress to, String name, IntUnaryOperator free) throws IOException {
        int limit = PidMax.read();
        for (int attempt = 1; ; attempt++) {
            int pid = free.applyAsInt(limit);
            try {
                move(to, name + "-" + attempt, pid);
                return;
            } catch (IOException e) {
                if (attempt == TRIES) {
                    throw e;
                }
                limit = pid;
            }
        }
    }

    private static void move(InetSocketAddress to, String name, int pid) throws IOException {
        RehearsalImages images = new RehearsalImages(pid);
        try (TargetConnection target =
                NettyTargetConnection.connect(to.getAddress().getHostAddress(), to.getPort(), name, false)) {
            send(images, target, 0, false);
            send(images, target, 1, true);
            target.restore();
            List<Fd> tree = open(images.processes());
            try {
                target.commit();
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

    private static void send(RehearsalImages images, TargetConnection target, int round, boolean last)
            throws IOException {
        try (SnapshotSink snapshot = target.growingRound(round)) {
            images.writeImages(snapshot, last);
            target.grow();
            images.writePages(snapshot);
            snapshot.finish();
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
