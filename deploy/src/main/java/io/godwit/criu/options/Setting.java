package io.godwit.criu.options;

/**
 * An option as it was given once.
 *
 * @param on false for the {@code --no-} form
 * @param value empty if it has none
 */
public record Setting(CriuOption option, boolean on, String value) {
    /** With a value. */
    public static Setting of(CriuOption option, String value) {
        return new Setting(option, true, value);
    }

    /** Without one. */
    public static Setting of(CriuOption option, boolean on) {
        return new Setting(option, on, "");
    }
}
