package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Set;

/**
 * Runs commands of CRIU by Godwit's engines. What an option asks for and no engine can do is refused before anything is touched,
 * with an {@link io.godwit.source.options.OptionException}. What fails is told to the log before it is thrown.
 */
public final class CriuRunner {
    private final CriuLog log;

    public CriuRunner(CriuLog log) {
        this.log = log;
    }

    /**
     * Dumps a tree.
     *
     * @throws IOException if it failed; the tree runs on. A {@link RefusedException} if a notifier refused.
     */
    public void dump(CriuOptions options, Notifier notifier) throws IOException {
        dump(options, notifier, Set.of());
    }

    /**
     * The same for a program of the tree.
     *
     * @param server inode of this end of the unix socket by which it asked; when it is restored, it gets the answer at the other
     * @throws IOException as for {@link #dump(CriuOptions, Notifier)}
     */
    public void dump(CriuOptions options, Notifier notifier, int server) throws IOException {
        dump(options, notifier, Set.of("server[" + Integer.toUnsignedString(server) + "]"));
    }

    private void dump(CriuOptions options, Notifier notifier, Set<String> external) throws IOException {
        logged("Dumping FAILED.", () -> {
            Support.require(CriuCommand.DUMP, options, log);
            new DumpRun(log, external).run(options, new Stages(notifier, log));
            return true;
        });
    }

    /**
     * Dumps the memory of a tree, which runs on.
     *
     * @throws IOException if it failed; the tree and earlier images are as they were
     */
    public void preDump(CriuOptions options) throws IOException {
        logged("Pre-dumping FAILED.", () -> {
            Support.require(CriuCommand.PRE_DUMP, options, log);
            new PreDumpRun(log).run(options);
            return true;
        });
    }

    /**
     * Restores a tree; returns when it runs, or when its root has ended if it is not to be detached.
     *
     * @return the pid of its root
     * @throws IOException if it failed; nothing is left of the tree. A {@link RefusedException} if a notifier refused.
     */
    public int restore(CriuOptions options, Notifier notifier) throws IOException {
        RestoreRun run = new RestoreRun(options, new Stages(notifier, log), log);
        logged("Restoring FAILED.", () -> {
            Support.require(CriuCommand.RESTORE, options, log);
            run.restore();
            return true;
        });
        return run.await();
    }

    /**
     * Tries features of the kernel; the verdict is printed.
     *
     * @return whether all that is needed or asked for is there
     */
    public boolean check(CriuOptions options, PrintStream out) throws IOException {
        return logged("", () -> {
            Support.require(CriuCommand.CHECK, options, log);
            return new CheckRun(log, out).run(options.check());
        });
    }

    /** Writes the image of this processor. */
    public void dumpProcessor(CriuOptions options) throws IOException {
        logged("", () -> {
            Support.require(CriuCommand.CPUINFO, options, log);
            CpuInfoRun.dump(options);
            return true;
        });
    }

    /**
     * Compares this processor with that of an image.
     *
     * @throws IOException if it will not do, with what it lacks
     */
    public void checkProcessor(CriuOptions options) throws IOException {
        logged("", () -> {
            Support.require(CriuCommand.CPUINFO, options, log);
            CpuInfoRun.check(options);
            return true;
        });
    }

    /**
     * Frees the blocks of pages that a newer snapshot of a chain has replaced.
     *
     * @return how many bytes less the files take on the disk
     */
    public long dedup(CriuOptions options) throws IOException {
        return logged("", () -> new DedupRun(log).run(options));
    }

    /**
     * Takes one connection, and stores or serves pages; or starts a server in the background that does.
     *
     * @return whether that worked
     */
    public boolean pageServer(CriuOptions options, Notifier notifier, PrintStream out) throws IOException {
        return logged("", () -> {
            Support.require(CriuCommand.PAGE_SERVER, options, log);
            return new PageServerRun(log, out).run(options, new Stages(notifier, log));
        });
    }

    /**
     * Fills the memory of a tree that is restored meanwhile; or starts a program in the background that does.
     *
     * @return whether that worked
     * @throws IOException if it failed; the restored tree has been ended
     */
    public boolean lazyPages(CriuOptions options, Notifier notifier, PrintStream out) throws IOException {
        return logged("", () -> {
            Support.require(CriuCommand.LAZY_PAGES, options, log);
            return new LazyPagesRun(log, out).run(options, new Stages(notifier, log));
        });
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private <T> T logged(String lastLine, Action<T> action) throws IOException {
        try {
            return action.run();
        } catch (IOException | RuntimeException e) {
            log.error(e);
            if (!lastLine.isEmpty()) {
                log.failed(lastLine);
            }
            throw e;
        }
    }
}
