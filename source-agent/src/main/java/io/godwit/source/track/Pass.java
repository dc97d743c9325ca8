package io.godwit.source.track;

/** How a process is while its memory is scanned, and whether it will be scanned again. */
public enum Pass {
    /** It runs. */
    RUNNING(false, true),
    /** It stands still, and will run and be scanned again. */
    FROZEN(true, true),
    /** It stands still and will not be scanned again, so nothing needs to be protected. */
    LAST(true, false);

    private final boolean frozen;
    private final boolean protects;

    Pass(boolean frozen, boolean protects) {
        this.frozen = frozen;
        this.protects = protects;
    }

    /** Whether all of the process's threads stand still. */
    public boolean frozen() {
        return frozen;
    }

    /** Whether writes after this pass must be noticed. */
    public boolean protects() {
        return protects;
    }
}
