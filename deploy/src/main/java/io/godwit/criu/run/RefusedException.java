package io.godwit.criu.run;

import java.io.IOException;

/** A notifier refused a stage at which that makes the command fail. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Stage stage;

    RefusedException(Stage stage, IOException cause) {
        super(cause.getMessage(), cause);
        this.stage = stage;
    }

    /** At which. */
    public Stage stage() {
        return stage;
    }
}
