package io.godwit.criu.options;

import io.godwit.source.options.OptionException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads values of settings; an error names the option. */
final class Values {
    private static final String SUFFIXES = "KMG";
    private static final int SUFFIX_BITS = 10;

    private final Settings settings;

    Values(Settings settings) {
        this.settings = settings;
    }

    boolean has(CriuOption option) {
        return settings.has(option);
    }

    Optional<String> text(CriuOption option) {
        return settings.value(option);
    }

    List<String> texts(CriuOption option) {
        return settings.values(option);
    }

    Optional<Path> path(CriuOption option) {
        return text(option).map(text -> path(option, text));
    }

    private static Path path(CriuOption option, String text) {
        if (text.isEmpty()) {
            throw new OptionException(option.spelling() + " is empty: name a path");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new OptionException(option.spelling() + ": '" + text + "' is not a path: " + e.getReason());
        }
    }

    OptionalInt number(CriuOption option, int least, int most) {
        Optional<String> text = text(option);
        return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(option, text.get(), least, most));
    }

    List<Integer> numbers(CriuOption option) {
        return texts(option).stream()
                .map(text -> number(option, text, 0, Integer.MAX_VALUE))
                .toList();
    }

    static int number(CriuOption option, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as a number that is out of range.
        }
        throw new OptionException(option.spelling() + ": '" + text + "' is not a number "
                + (most == Integer.MAX_VALUE ? "of at least " + least : "between " + least + " and " + most));
    }

    /** Bytes, with K, M or G as powers of 1024. */
    Optional<Long> size(CriuOption option) {
        return text(option).map(text -> size(option, text));
    }

    private static long size(CriuOption option, String text) {
        int suffix = text.isEmpty() ? -1 : SUFFIXES.indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
        String digits = suffix < 0 ? text : text.substring(0, text.length() - 1);
        if (!digits.matches("[0-9]{1,9}")) {
            throw new OptionException(option.spelling() + ": '" + text + "' is not a size such as 500K, 16M or 2G");
        }
        return Long.parseLong(digits) << (SUFFIX_BITS * (suffix + 1));
    }

    /** One of these words. */
    Optional<String> word(CriuOption option, List<String> words) {
        Optional<String> text = text(option);
        if (text.isPresent() && !words.contains(text.get())) {
            throw new OptionException(
                    option.spelling() + ": '" + text.get() + "' is none of " + String.join(", ", words));
        }
        return text;
    }
}
