package io.godwit.source.migrate;

import io.godwit.linux.CompilerThreads;
import io.godwit.linux.Standing;
import io.godwit.linux.Wish;
import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.proc.RunDelay;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.Sending;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.protocol.HostCost;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.collect.Known;
import io.godwit.source.collect.TreeNamespaces;
import io.godwit.source.collect.VmaFlags;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.journal.Journal;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.options.FileOptions;
import io.godwit.source.track.Tracking;
import io.godwit.source.track.TreeMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Moves a process of our own to nowhere before the user's is moved: a class that is loaded, or a method that is run
 * for the first time, costs more than all the work of a small freeze.
 */
final class Rehearsal {
    /** The first loads the classes, the others let the compiler at the hot ones. */
    private static final int TIMES = 16;

    /** So many of each kind are as fast as they will be, and stand before others as the freeze does. The best of them counts. */
    private static final int DRESSED = 3;

    private static final int MORE_THREADS = 12;
    private static final int CHILDREN = 8;

    /** What each further process takes of what one does alone, where that can not be seen. */
    private static final int TASK_PART = 4;

    /** What a thread takes of what a process does, where that can not be seen. */
    private static final int THREAD_PART = 3;

    /** What is not compiled when the tree stands still costs it, also as it takes a processor then. */
    private static final Duration COMPILED_WITHIN = Duration.ofSeconds(15);

    private final PageDumper dumper;
    private final Tracking tracking;
    private final JournalDirectory journals;
    private int count;

    /** @param journals those of this host; that of a rehearsal is kept aside */
    Rehearsal(PageDumper dumper, Tracking tracking, JournalDirectory journals) {
        this.journals = journals;
        this.dumper = dumper;
        this.tracking = tracking;
    }

    /** Rehearses; gives what the frozen path takes on this host at best, once the code is ready and nobody holds it up. */
    HostCost run() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            return run(dummies);
        }
    }

    HostCost run(Dummies dummies) throws IOException {
        JournalDirectory aside = journals.forRehearsal();
        try (Nowhere nowhere = Nowhere.start(aside.path())) {
            for (int i = 0; i < TIMES; i++) {
                boolean crowd = i % 4 == 3;
                dummies.use(crowd ? MORE_THREADS : 0, dummy -> move(dummy, nowhere.port(), aside, false));
            }
            CompilerThreads.ofThisProcess().awaitIdle(COMPILED_WITHIN);
            return measure(dummies, dummy -> move(dummy, nowhere.port(), aside, true));
        } finally {
            aside.remove();
        }
    }

    /** What a process takes that has nothing; and what more of them take, and more threads of one that has all kinds of things. */
    private static HostCost measure(Dummies dummies, Dummies.Use<Duration> move) throws IOException {
        Duration one = best(() -> Dummies.useSleeping(0, move));
        Duration task = task(one, move);
        Duration few = best(() -> dummies.use(0, move));
        Duration thread = HostCost.each(few, best(() -> dummies.use(MORE_THREADS, move)), MORE_THREADS);
        return HostCost.ofOne(one, task, dummies.failure().isPresent() ? task.dividedBy(THREAD_PART) : thread);
    }

    /** What each of several processes takes; a part of what one does, where there may be no more of them. */
    private static Duration task(Duration one, Dummies.Use<Duration> move) {
        try {
            return HostCost.each(one, best(() -> Dummies.useSleeping(CHILDREN, move)), CHILDREN);
        } catch (IOException e) {
            return one.dividedBy(TASK_PART);
        }
    }

    private interface Trial {
        Duration run() throws IOException;
    }

    private static Duration best(Trial trial) throws IOException {
        List<Duration> took = new ArrayList<>();
        for (int i = 0; i < DRESSED; i++) {
            took.add(trial.run());
        }
        return Collections.min(took);
    }

    /** @param dressed the frozen path stands before others */
    @SuppressWarnings("try") // the haste is only held
    private Duration move(Dummy dummy, int port, JournalDirectory aside, boolean dressed) throws IOException {
        int pid = dummy.pid();
        Journal journal = aside.begin(pid, "nowhere", List.of());
        try (TargetConnection target = NettyTargetConnection.connect(
                        "127.0.0.1",
                        port,
                        "rehearsal-" + count++,
                        false,
                        new Sending(1, SocketDuplicate::whereItPays));
                TreeMemory memory = new TreeMemory(pid, tracking, new ReentrantLock())) {
            LiveRounds rounds =
                    new LiveRounds(memory, target, dumper, false, CgroupMode.IGNORE, Map.of(), RunDelay::nanos);
            rounds.run(0);
            rounds.run(1);
            FrozenPath.Subject subject = new FrozenPath.Subject(
                    pid,
                    Optional.of(journal),
                    new Known(flags(rounds.pids()), List.of(), SecurityLabels.ofThisKernel(), TreeNamespaces.none()),
                    FileOptions.ofMigration(),
                    TreeCgroups.ignored(),
                    Set.of(),
                    Departure.NONE);
            FrozenPath path = new FrozenPath(subject, target, memory, dumper, false);
            try (Standing haste = dressed ? Standing.begin(Wish.HASTE) : null) {
                path.run(2);
            }
            return Duration.ofNanos(path.timer().totalNanos());
        } finally {
            journal.remove();
        }
    }

    private static Map<Integer, VmaFlags> flags(List<Integer> pids) throws IOException {
        Map<Integer, VmaFlags> flags = new HashMap<>();
        for (int pid : pids) {
            flags.put(pid, VmaFlags.read(pid));
        }
        return flags;
    }
}
