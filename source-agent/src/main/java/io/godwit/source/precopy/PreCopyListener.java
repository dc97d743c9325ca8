package io.godwit.source.precopy;

/** Hears of the rounds, on the migration's thread. */
public interface PreCopyListener {
    /** A round begins. */
    default void roundStarted(int round) {}

    /** A round is stored at the target; the decision says what follows. */
    default void roundFinished(RoundStats stats, Decision decision) {}
}
