package io.godwit.page.client;

/** The target failed, and says that nothing of the tree runs there or is left there. */
public final class UndoneException extends TargetException {
    private static final long serialVersionUID = 1L;

    public UndoneException(String message) {
        super(message);
    }

    public UndoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
