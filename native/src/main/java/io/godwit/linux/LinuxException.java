package io.godwit.linux;

import java.io.IOException;

/** A system call that failed: which call, on what object, why, and what to do about it. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String object;
    private final Errno errno;
    private final String advice;

    /** An error without advice. */
    public LinuxException(String call, String object, Errno errno) {
        this(call, object, errno, "");
    }

    /**
     * An error with advice.
     *
     * @param call the system call or its request, for example {@code ptrace(SEIZE)}
     * @param object what it was done to, for example {@code thread 4711} or a path
     * @param advice what the user can do, or an empty text
     */
    public LinuxException(String call, String object, Errno errno, String advice) {
        super(message(call, object, errno, advice));
        this.call = call;
        this.object = object;
        this.errno = errno;
        this.advice = advice;
    }

    public String call() {
        return call;
    }

    public String object() {
        return object;
    }

    public Errno errno() {
        return errno;
    }

    public String advice() {
        return advice;
    }

    private static String message(String call, String object, Errno errno, String advice) {
        String text = call + " of " + object + ": " + errno.text() + " (" + errno + ")";
        return advice.isEmpty() ? text : text + "; " + advice;
    }
}
