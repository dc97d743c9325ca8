package io.godwit.e2e.fuzz;

import java.util.regex.Pattern;

/** Tells what a server says because it refuses an input from what it says because it has a defect. */
final class Defects {
    /** What Java says of defects, and no message of ours. */
    private static final Pattern DEFECT = Pattern.compile(
            "(java|io)\\.[a-z.]+[A-Z]\\w*|Exception|Cannot invoke|out of bounds|overflow|refCnt|Range \\[");

    private Defects() {}

    static void requireNone(String said) {
        if (DEFECT.matcher(said).find()) {
            throw new IllegalStateException("the server said: " + said);
        }
    }
}
