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
    private static final int TIMES = 30;

    /** So many of the last ones are as fast as they will be, and stand before others as the freeze does. */
    private static final int DRESSED = 6;

    /** What is not compiled when the tree stands still costs it, also as it takes a processor then. */
    private static final Duration COMPILED_WITHIN = Duration.ofSeconds(15);

    private final PageDumper dumper;
    private final Tracking tracking;
    private final JournalDirectory journals;

    /** @param journals those of this host; that of a rehearsal is kept aside */
    Rehearsal(PageDumper dumper, Tracking tracking, JournalDirectory journals) {
        this.journals = journals;
        this.dumper = dumper;
        this.tracking = tracking;
    }

    /** Rehearses; gives what the frozen path took at best, once the code was ready and nobody held it up. */
    Duration run() throws IOException {
        try (Dummies dummies = Dummies.open()) {
            return run(dummies);
        }
    }

    /** The last ones, which are measured, are of a process that has nothing, as the cost of a real tree is reckoned from that. */
    Duration run(Dummies dummies) throws IOException {
        List<Duration> took = new ArrayList<>();
        JournalDirectory aside = journals.forRehearsal();
        try (Nowhere nowhere = Nowhere.start(aside.path())) {
            int warm = TIMES - DRESSED;
            for (int i = 0; i < warm; i++) {
                int number = i;
                dummies.use(dummy -> move(dummy, nowhere.port(), aside, number));
            }
            CompilerThreads.ofThisProcess().awaitIdle(COMPILED_WITHIN);
            for (int i = warm; i < TIMES; i++) {
                int number = i;
                took.add(Dummies.useSleeping(dummy -> move(dummy, nowhere.port(), aside, number)));
            }
            return Collections.min(took);
        } finally {
            aside.remove();
        }
    }

    @SuppressWarnings("try") // the haste is only held
    private Duration move(Dummy dummy, int port, JournalDirectory aside, int number) throws IOException {
        int pid = dummy.pid();
        Journal journal = aside.begin(pid, "nowhere", List.of());
        try (TargetConnection target = NettyTargetConnection.connect(
                        "127.0.0.1", port, "rehearsal-" + number, false, new Sending(1, SocketDuplicate::whereItPays));
                TreeMemory memory = new TreeMemory(pid, tracking, new ReentrantLock())) {
            LiveRounds rounds =
                    new LiveRounds(memory, target, dumper, false, CgroupMode.IGNORE, Map.of(), RunDelay::nanos);
            rounds.run(0);
            rounds.run(1);
            FrozenPath.Subject subject = new FrozenPath.Subject(
                    pid,
                    Optional.of(journal),
                    new Known(
                            Map.of(pid, VmaFlags.read(pid)),
                            List.of(),
                            SecurityLabels.ofThisKernel(),
                            TreeNamespaces.none()),
                    FileOptions.ofMigration(),
                    TreeCgroups.ignored(),
                    Set.of(),
                    Departure.NONE);
            FrozenPath path = new FrozenPath(subject, target, memory, dumper, false);
            try (Standing haste = number < TIMES - DRESSED ? null : Standing.begin(Wish.HASTE)) {
                path.run(2);
            }
            return Duration.ofNanos(path.timer().totalNanos());
        } finally {
            journal.remove();
        }
    }
}
