package io.godwit.linux.machine;

/**
 * What an instruction is for, to tell a failure: the label completes "cannot ...", the advice says what to do about it. Both may
 * be empty.
 */
public record Note(String label, String advice) {
    static final Note NONE = new Note("", "");
}
