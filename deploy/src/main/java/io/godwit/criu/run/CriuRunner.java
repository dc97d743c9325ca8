package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOptions;
import java.io.IOException;

/**
 * Runs commands of CRIU by Godwit's engines. What an option asks for and no engine can do is refused before anything is touched,
 * with an {@link io.godwit.source.options.OptionException}.
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
        Support.require(CriuCommand.DUMP, options, log);
        new DumpRun(log).run(options, new Stages(notifier, log));
    }

    /**
     * Restores a tree; returns when it runs, or when its root has ended if it is not to be detached.
     *
     * @return the pid of its root
     * @throws IOException if it failed; nothing is left of the tree. A {@link RefusedException} if a notifier refused.
     */
    public int restore(CriuOptions options, Notifier notifier) throws IOException {
        Support.require(CriuCommand.RESTORE, options, log);
        return new RestoreRun(log).run(options, new Stages(notifier, log));
    }
}
