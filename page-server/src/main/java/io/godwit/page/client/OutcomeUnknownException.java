package io.godwit.page.client;

/** The commit was sent and no answer came: the tree may run at the target. The copy here must not run. */
public final class OutcomeUnknownException extends TargetException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
