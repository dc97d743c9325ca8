package io.godwit.source.report;

import io.godwit.source.precopy.PreCopyListener;
import io.godwit.source.preflight.PreflightResult;

/**
 * Hears of a migration as it goes. All calls come from the migration's thread; none comes between the
 * freeze and the resume, as showing anything there would add to the downtime.
 */
public interface ProgressListener extends PreCopyListener {
    /** Listens to nothing. */
    ProgressListener SILENT = new ProgressListener() {};

    /** The pre-flight was done; the migration goes on if it passed. */
    default void preflight(PreflightResult result) {}

    /**
     * Part of a round was handed over.
     *
     * @param pages since the round began
     * @param ofPages pages that the round's scan found
     */
    default void roundProgress(int round, long pages, long ofPages) {}

    /** The tree is about to be frozen. */
    default void freezing() {}

    /** A step of the frozen path, told after the tree runs again. */
    default void frozenStep(Step step) {}

    /** Something of the tree could not be read here, or not be made at the target as it was. */
    default void warned(String warning) {}

    /** The tree runs at the target. */
    default void done(MigrationReport report) {}

    /** The tree runs at the target, and something is left to be done here by hand; told after {@link #done}. */
    default void left(String message) {}

    /** The tree runs on at the source; says what failed and where. */
    default void failed(String message) {}
}
