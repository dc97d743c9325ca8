package io.godwit.source.preflight;

import java.io.IOException;

/** The pre-flight found something for which the tree can not be moved; the tree was not touched. */
public final class PreflightRefused extends IOException {
    private static final long serialVersionUID = 1L;

    public PreflightRefused(PreflightResult result) {
        super("pid " + result.pid() + " can not be moved to " + result.target() + ": the pre-flight found "
                + (result.errors() == 1 ? "one error" : result.errors() + " errors") + "; nothing was touched");
    }
}
