package io.godwit.source.precopy;

/** What to do after a round: send another, take processor time from the tree first, freeze it, or leave it here. */
public sealed interface Decision {
    /** What a freeze now would cost. */
    Prediction prediction();

    /**
     * Another round pays.
     *
     * @param sprint it is one of the last, and the shorter they are the less is written in them: it goes before the tree
     */
    record Continue(boolean sprint, Prediction prediction) implements Decision {}

    /**
     * Another round pays only if the tree writes less.
     *
     * @param percent of its time that the tree has to stand still from now on
     */
    record Throttle(int percent, Prediction prediction) implements Decision {}

    /** Freeze now. */
    record Stop(Reason reason, Prediction prediction) implements Decision {}

    /** The tree is not to be moved. */
    record GiveUp(Reason reason, Prediction prediction) implements Decision {}

    /** Why the rounds end. */
    enum Reason {
        CONVERGED("the predicted downtime is under the limit"),
        FIXED_COST("the pages left add next to nothing to the fixed cost, which is above the limit"),
        NO_PROGRESS("the tree writes memory as fast as it is sent, so more rounds do not help"),
        MAX_ROUNDS("the largest number of rounds is reached");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** Words for the user. */
        public String text() {
            return text;
        }
    }
}
