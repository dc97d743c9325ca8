package io.godwit.source.options;

/** An option or an argument that can not be used; the message says why and what would do. */
public final class OptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public OptionException(String message) {
        super(message);
    }
}
