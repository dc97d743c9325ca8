package io.godwit.source.cli;

/** What the shell sees. */
public final class ExitCode {
    public static final int DONE = 0;

    /** It failed or was refused; the tree runs on at the source. */
    public static final int FAILED = 1;

    /** An option or argument can not be used; nothing was touched. */
    public static final int USAGE = 2;

    /** The target did not say whether the tree runs there; it is stopped at the source. */
    public static final int UNKNOWN = 3;

    private ExitCode() {}
}
