package io.godwit.linux;

public enum Errno {
    EPERM;

    public int value() {
        return 1;
    }
}
