package io.godwit.source.track;

/** How a process is while its memory is scanned, and whether it will be scanned again. */
public enum Pass {
    /** It runs. */
    RUNNING(false, true, false),
    /** It stands still for this round only. */
    PAUSED(true, true, false),
    /** It stands still to be dumped, and will run and be scanned again. */
    FROZEN(true, true, true),
    /** It stands still and will not be scanned again, so nothing needs to be protected. */
    LAST(true, false, true);

    private final boolean frozen;
    private final boolean protects;
    private final boolean dumps;

    Pass(boolean frozen, boolean protects, boolean dumps) {
        this.frozen = frozen;
        this.protects = protects;
        this.dumps = dumps;
    }

    /** Whether all of the process's threads stand still. */
    public boolean frozen() {
        return frozen;
    }

    /** Whether writes after this pass must be noticed. */
    public boolean protects() {
        return protects;
    }

    /** Whether the process will be restored as it is now. */
    public boolean dumps() {
        return dumps;
    }
}
