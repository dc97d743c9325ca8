package io.godwit.criu.options;

import io.godwit.criu.options.OptionTable.Match;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of options: one a line, its long name without the dashes, then its value, which may be in double quotes ({@code \"} is
 * one of them inside). {@code #} begins a comment.
 */
public final class ConfigFile {
    private ConfigFile() {}

    /**
     * Reads it; a file that does not exist has no settings.
     *
     * @throws OptionException if a line is wrong; the message has file and line
     */
    public static List<Setting> read(Path file) {
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new OptionException("the config file " + file + " can not be read: " + e);
        }
    }

    static List<Setting> parse(String text, String name) {
        List<Setting> settings = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                List<String> words = words(line);
                if (!words.isEmpty()) {
                    settings.add(setting(words));
                }
            } catch (OptionException e) {
                throw new OptionException(name + ":" + number + ": " + e.getMessage());
            }
        }
        return settings;
    }

    private static Setting setting(List<String> words) {
        if (CriuCommand.of(words.get(0)).isPresent() && !isOption(words.get(0))) {
            throw new OptionException("'" + words.get(0) + "' is a command, and only options can be here");
        }
        Match match = OptionTable.byFullName(words.get(0));
        if (words.size() > 2) {
            throw new OptionException("'" + words.get(2) + "' is too much: put a value with blanks in double quotes");
        }
        boolean valued = words.size() == 2;
        CriuOption option = match.option();
        if (valued && (option.argument() == ArgumentRule.NONE)) {
            throw new OptionException(words.get(0) + " takes no value");
        }
        if (!valued && option.argument() == ArgumentRule.REQUIRED) {
            throw new OptionException(words.get(0) + " needs a value");
        }
        return valued ? Setting.of(option, words.get(1)) : Setting.of(option, match.on());
    }

    /** page-server and lazy-pages are both. */
    private static boolean isOption(String name) {
        for (CriuOption option : CriuOption.values()) {
            if (option.longName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (c == '#') {
                break;
            }
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '"') {
                at = quoted(line, at + 1, words);
            } else {
                at = bare(line, at, words);
            }
        }
        return words;
    }

    private static int bare(String line, int start, List<String> words) {
        int at = start;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at)) && line.charAt(at) != '#') {
            at++;
        }
        words.add(line.substring(start, at));
        return at;
    }

    private static int quoted(String line, int start, List<String> words) {
        StringBuilder word = new StringBuilder();
        for (int at = start; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '"') {
                words.add(word.toString());
                return at + 1;
            }
            boolean escaped = c == '\\' && at + 1 < line.length() && line.charAt(at + 1) == '"';
            word.append(escaped ? '"' : c);
            at += escaped ? 1 : 0;
        }
        throw new OptionException("a double quote has no second one");
    }
}
