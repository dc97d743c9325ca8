package io.godwit.source.collect;

import java.io.IOException;

/** The tree holds something that can not be moved yet. */
public final class CannotMoveException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String subject;
    private final String problem;
    private final String advice;

    /**
     * Names what it is, where, and what to do.
     *
     * @param subject for example {@code fd 5 of process 4711}
     */
    public CannotMoveException(String subject, String problem, String advice) {
        super(subject + ": " + problem + "; " + advice);
        this.subject = subject;
        this.problem = problem;
        this.advice = advice;
    }

    /** The same, and that there is more than this. */
    public CannotMoveException andMore(int others) {
        String more = others == 0 ? "" : " (and " + others + " more such)";
        return new CannotMoveException(subject, problem + more, advice);
    }

    public String subject() {
        return subject;
    }

    public String problem() {
        return problem;
    }

    public String advice() {
        return advice;
    }
}
