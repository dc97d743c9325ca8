package io.godwit.source.exec;

import io.godwit.source.options.OptionException;
import java.util.Locale;

/** An argument of a system call, as it is given on the command line. */
public sealed interface Argument {
    /** Passed as it is. */
    record Number(long value) implements Argument {}

    /** Put into the memory of the process with a zero byte after it; its address is passed. */
    record Text(String value) implements Argument {}

    /**
     * Reads {@code &text}, or a number as strtol(3) does with base 0: decimal, hexadecimal after {@code 0x}, octal after
     * {@code 0}, with a sign. What fits into 64 bits without a sign is taken too, for flags and addresses.
     *
     * @throws OptionException if it is neither
     */
    static Argument parse(String word) {
        if (word.startsWith("&")) {
            return new Text(word.substring(1));
        }
        String text = word.strip();
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        try {
            return new Number(negative ? magnitude(digits, true) : magnitude(digits, false));
        } catch (NumberFormatException e) {
            throw new OptionException(
                    "'" + word + "' is not a number of 64 bits; a text is given as '&text', and its address is passed");
        }
    }

    private static long magnitude(String digits, boolean negative) {
        String lower = digits.toLowerCase(Locale.ROOT);
        if (lower.startsWith("0x")) {
            return value(lower.substring(2), 16, negative);
        }
        return lower.length() > 1 && lower.startsWith("0")
                ? value(lower.substring(1), 8, negative)
                : value(lower, 10, negative);
    }

    private static long value(String digits, int radix, boolean negative) {
        if (digits.isEmpty() || Character.digit(digits.charAt(0), radix) < 0) {
            throw new NumberFormatException(digits);
        }
        return negative ? Long.parseLong("-" + digits, radix) : Long.parseUnsignedLong(digits, radix);
    }
}
