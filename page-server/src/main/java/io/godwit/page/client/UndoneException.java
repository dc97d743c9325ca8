package io.godwit.page.client;

/** Nothing of the tree runs at the target: it failed and says so, or it was never asked to let the tree run. */
public final class UndoneException extends TargetException {
    private static final long serialVersionUID = 1L;

    public UndoneException(String message) {
        super(message);
    }

    public UndoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
