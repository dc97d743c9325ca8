package io.godwit.source.preflight;

/**
 * One thing that the pre-flight found.
 *
 * @param subject what it is about, for example {@code fd 5 of pid 4711} or a path
 * @param problem what is wrong, a clause without a full stop
 * @param advice what to do about it, or an empty text
 */
public record Finding(Severity severity, String subject, String problem, String advice) {
    /** How bad it is. */
    public enum Severity {
        /** The migration is refused. */
        ERROR,
        /** The migration goes on; the user should know. */
        WARNING
    }

    public static Finding error(String subject, String problem, String advice) {
        return new Finding(Severity.ERROR, subject, problem, advice);
    }

    public static Finding warning(String subject, String problem, String advice) {
        return new Finding(Severity.WARNING, subject, problem, advice);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** One line, for example {@code error: fd 5 of pid 4711: an inotify instance can not be moved yet; ...}. */
    @Override
    public String toString() {
        String line = (isError() ? "error: " : "warning: ") + subject + ": " + problem;
        return advice.isEmpty() ? line : line + "; " + advice;
    }
}
