package io.godwit.criu.run;

/** The points at which a notifier is told. */
public enum Stage {
    PRE_DUMP("pre-dump", Refusal.FAILS),
    NETWORK_LOCK("network-lock", Refusal.FAILS),
    POST_DUMP("post-dump", Refusal.FAILS_AFTER_THE_IMAGES),
    NETWORK_UNLOCK("network-unlock", Refusal.IS_LOGGED),
    PRE_RESTORE("pre-restore", Refusal.FAILS),
    SETUP_NAMESPACES("setup-namespaces", Refusal.FAILS),
    POST_SETUP_NAMESPACES("post-setup-namespaces", Refusal.FAILS),
    POST_RESTORE("post-restore", Refusal.FAILS),
    PRE_RESUME("pre-resume", Refusal.IS_LOGGED),
    POST_RESUME("post-resume", Refusal.IS_LOGGED),
    STATUS_READY("status-ready", Refusal.FAILS),
    QUERY_EXT_FILES("query-ext-files", Refusal.FAILS),
    ORPHAN_PTS_MASTER("orphan-pts-master", Refusal.IS_LOGGED);

    /** What it means that a notifier refuses. */
    public enum Refusal {
        /** The command fails. */
        FAILS,
        /** The same; as the images are complete by then, CRIU has an exit code of its own for it. */
        FAILS_AFTER_THE_IMAGES,
        /** It goes on, and the refusal is logged. */
        IS_LOGGED
    }

    private final String word;
    private final Refusal refusal;

    Stage(String word, Refusal refusal) {
        this.word = word;
        this.refusal = refusal;
    }

    /** As scripts and clients know it. */
    public String word() {
        return word;
    }

    /** What becomes of the command when a notifier refuses. */
    public Refusal refusal() {
        return refusal;
    }
}
