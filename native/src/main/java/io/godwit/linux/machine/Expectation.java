package io.godwit.linux.machine;

import io.godwit.linux.Errno;

/** When the result of a syscall is good; any other result stops the program. {@code value} matters to the last two kinds. */
public record Expectation(Kind kind, long value) {
    /** The kinds, with the numbers that the interpreter knows them by. */
    public enum Kind {
        /** Every result is good. */
        ANY(0),
        /** Any result but an errno. */
        SUCCESS(1),
        /** Exactly {@code value}. */
        EQUALS(2),
        /** Any result but an errno, or the errno {@code value}. */
        SUCCESS_OR_ERRNO(3);

        private final int value;

        Kind(int value) {
            this.value = value;
        }

        /** The number that the interpreter knows the kind by. */
        public int value() {
            return value;
        }
    }

    static Expectation any() {
        return new Expectation(Kind.ANY, 0);
    }

    static Expectation success() {
        return new Expectation(Kind.SUCCESS, 0);
    }

    static Expectation exactly(long value) {
        return new Expectation(Kind.EQUALS, value);
    }

    static Expectation successOr(Errno tolerated) {
        return new Expectation(Kind.SUCCESS_OR_ERRNO, tolerated.value());
    }
}
