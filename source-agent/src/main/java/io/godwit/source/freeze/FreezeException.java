package io.godwit.source.freeze;

import java.io.IOException;

/** The tree could not be made to stand still; it runs on. */
public class FreezeException extends IOException {
    private static final long serialVersionUID = 1L;

    public FreezeException(String message) {
        super(message);
    }

    /** What is said of a thread that did not stop in time. */
    public static String waitsInKernel(int tid) {
        return "thread " + tid + " does not stop: it waits in the kernel, for a slow device or for a child of"
                + " vfork(2); see /proc/" + tid + "/stack, and try again when it goes on";
    }
}
