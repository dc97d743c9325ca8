package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.linux.Fd;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/** Tells a notifier of stages, and gives its refusals the meaning that they have at each. */
final class Stages {
    private final Notifier notifier;
    private final CriuLog log;

    Stages(Notifier notifier, CriuLog log) {
        this.notifier = notifier;
        this.log = log;
    }

    /**
     * Tells of one.
     *
     * @throws RefusedException if it was refused where that counts
     */
    void reach(Stage stage, OptionalInt root) throws RefusedException {
        log.debug("stage " + stage.word());
        try {
            notifier.reached(stage, root);
        } catch (IOException e) {
            if (stage.refusal() != Stage.Refusal.IS_LOGGED) {
                throw new RefusedException(stage, e);
            }
            log.error(e);
        }
    }

    void reach(Stage stage, int root) throws RefusedException {
        reach(stage, OptionalInt.of(root));
    }

    void reach(Stage stage) throws RefusedException {
        reach(stage, OptionalInt.empty());
    }

    /** Whether the notifier is asked for external files. */
    boolean namesExternalFiles() {
        return notifier.namesExternalFiles();
    }

    /** Whether the master of a terminal may be outside of the tree. */
    boolean allowsOrphanTerminals() {
        return notifier.allowsOrphanTerminals();
    }

    /** Whether the new master of a terminal is taken. */
    boolean takeOrphanTerminal(Fd master) {
        log.debug("stage " + Stage.ORPHAN_PTS_MASTER.word());
        try {
            return notifier.takeOrphanTerminal(master);
        } catch (IOException e) {
            log.error(e);
            return false;
        }
    }

    /** Asks for the files that the tree has from outside. */
    List<String> queryExternalFiles() throws IOException {
        return notifier.queryExternalFiles();
    }
}
