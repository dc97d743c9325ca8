package io.godwit.source.migrate;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.collect.TreeCollector;
import io.godwit.source.collect.VmaFlags;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.Tracking;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Goes through the frozen path with a process of our own before it is walked with the user's: a class that
 * is loaded, or a method that is run for the first time, costs more than all the work of a small freeze.
 */
final class Rehearsal {
    /** The first loads the classes, the others let the compiler at the hot ones. */
    private static final int TIMES = 4;

    private static final int SIGKILL = 9;

    /**
     * A shell and its child: the JDK takes the wait status of its own children, and with it the stops that
     * ptrace reports. The child tells its pid itself, since its memory is another one before its exec.
     * Descriptor 3 is a pipe, so that one is collected; the child ends with the pipe's other end.
     */
    private static final String SCRIPT = "exec 3<&0; sh -c 'echo $$; exec >/dev/null; read line <&3' & wait";

    private final PageDumper dumper;
    private final Tracking tracking;

    Rehearsal(PageDumper dumper, Tracking tracking) {
        this.dumper = dumper;
        this.tracking = tracking;
    }

    void run() throws IOException {
        for (int i = 0; i < TIMES; i++) {
            once();
        }
    }

    private void once() throws IOException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader answers = shell.inputReader(StandardCharsets.US_ASCII)) {
            String pid = answers.readLine();
            if (pid == null) {
                throw new IOException("/bin/sh could not start the process to rehearse with");
            }
            walk(Integer.parseInt(pid));
        } finally {
            shell.destroyForcibly();
        }
    }

    private void walk(int pid) throws IOException {
        try (MemoryTracker tracker = tracking.install(pid);
                DiscardedSnapshot snapshot = new DiscardedSnapshot()) {
            dumper.dumpProcess(pid, ProcDirectory.process(pid).maps(), tracker, false, snapshot);
            try (FrozenTree tree = TreeFreezer.freeze(pid)) {
                TreeCollector collector = new TreeCollector(tree, Map.of(pid, VmaFlags.read(pid)));
                collector.collectTasks();
                collector.collectFiles();
                for (FrozenTask task : tree.alive()) {
                    dumper.dumpProcess(task.pid(), collector.maps(task.pid()), tracker, true, snapshot);
                }
                collector.write(snapshot);
                tree.kill();
            }
        } finally {
            Kernel.syscall(Syscall.KILL, pid, SIGKILL);
        }
    }
}
