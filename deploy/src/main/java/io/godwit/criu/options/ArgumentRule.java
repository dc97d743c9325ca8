package io.godwit.criu.options;

/** Whether an option takes a value. */
public enum ArgumentRule {
    NONE,
    REQUIRED,
    /** Only when attached: {@code -v4}, {@code --cpu-cap=fpu}. */
    OPTIONAL
}
