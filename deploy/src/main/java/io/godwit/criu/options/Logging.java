package io.godwit.criu.options;

import io.godwit.source.options.OptionException;
import java.util.Optional;

/**
 * What is told, and where.
 *
 * @param level 0 nothing, 1 errors, 2 warnings, 3 steps, 4 all
 * @param file relative to the work directory; {@code -} is standard output; none is standard error
 * @param perTask what concerns one task goes to a file of its own
 * @param statistics print them at the end
 */
public record Logging(int level, Optional<String> file, boolean perTask, boolean statistics) {
    public static final int ERRORS = 1;
    public static final int WARNINGS = 2;
    public static final int STEPS = 3;
    public static final int ALL = 4;

    static Logging of(Values values) {
        int level = WARNINGS;
        for (String text : values.texts(CriuOption.VERBOSITY)) {
            level = level(level, text);
        }
        Optional<String> file = values.text(CriuOption.LOG_FILE);
        if (file.filter(String::isEmpty).isPresent()) {
            throw new OptionException("--log-file is empty: name a file");
        }
        if (values.has(CriuOption.LOG_PID)
                && file.filter(name -> !name.equals("-")).isEmpty()) {
            throw new OptionException("--log-pid needs a file by --log-file, from whose name those of tasks are made");
        }
        return new Logging(
                Math.min(level, ALL), file, values.has(CriuOption.LOG_PID), values.has(CriuOption.DISPLAY_STATS));
    }

    /** Of -v comes "", of -vv comes "v", of -v4 comes "4". */
    private static int level(int before, String text) {
        if (text.matches("v*")) {
            return before + 1 + text.length();
        }
        return Values.number(CriuOption.VERBOSITY, text, 0, Integer.MAX_VALUE);
    }
}
