package io.godwit.source.migrate;

import io.godwit.linux.CompilerThreads;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
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
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

    private static final int SIGKILL = 9;

    /**
     * A shell and its child: the JDK takes the wait status of its own children, and with it the stops that
     * ptrace reports. The child tells its pid itself, since its memory is another one before its exec.
     * Descriptor 3 is a pipe, so that one is collected; the child ends with the pipe's other end.
     */
    private static final String SCRIPT = "exec 3<&0; sh -c 'echo $$; exec >/dev/null; read line <&3' & wait";

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
        List<Duration> took = new ArrayList<>();
        JournalDirectory aside = journals.forRehearsal();
        try (Nowhere nowhere = Nowhere.start(aside.path())) {
            for (int i = 0; i < TIMES; i++) {
                if (i == TIMES - DRESSED) {
                    CompilerThreads.ofThisProcess().awaitIdle(COMPILED_WITHIN);
                }
                took.add(once(nowhere.port(), aside, i));
            }
            return Collections.min(took.subList(TIMES - DRESSED, TIMES));
        } finally {
            aside.remove();
        }
    }

    private Duration once(int port, JournalDirectory aside, int number) throws IOException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader answers = shell.inputReader(StandardCharsets.US_ASCII)) {
            String pid = answers.readLine();
            if (pid == null) {
                throw new IOException("/bin/sh could not start the process to rehearse with");
            }
            return move(Integer.parseInt(pid), port, aside, number);
        } finally {
            shell.destroyForcibly();
        }
    }

    @SuppressWarnings("try") // the haste is only held
    private Duration move(int pid, int port, JournalDirectory aside, int number) throws IOException {
        try (Fd process = Descriptors.pidfdOpen(pid)) {
            Journal journal = aside.begin(pid, "nowhere", List.of());
            try (TargetConnection target = NettyTargetConnection.connect(
                            "127.0.0.1",
                            port,
                            "rehearsal-" + number,
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
                Descriptors.signal(process, SIGKILL);
                journal.remove();
            }
        }
    }
}
