package io.godwit.criu.options;

import io.godwit.criu.options.OptionTable.Match;
import io.godwit.source.options.OptionException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads arguments by the rules of getopt_long(3): options in any place, in short or long form, the long one abbreviated as far
 * as it stays unambiguous, with its value after {@code =} or as the next argument; {@code --} ends them.
 */
final class CommandLineParser {
    private final List<String> arguments;
    private final List<Setting> settings = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private int next;

    private CommandLineParser(List<String> arguments) {
        this.arguments = arguments;
    }

    /** What was found, in order. */
    record Parsed(List<Setting> settings, List<String> words) {}

    /**
     * Reads them all.
     *
     * @throws OptionException if an option is unknown, or has a value too many or too few
     */
    static Parsed parse(List<String> arguments) {
        CommandLineParser parser = new CommandLineParser(arguments);
        while (parser.next < arguments.size()) {
            parser.one(arguments.get(parser.next++));
        }
        return new Parsed(List.copyOf(parser.settings), List.copyOf(parser.words));
    }

    private void one(String argument) {
        if (argument.equals("--")) {
            words.addAll(arguments.subList(next, arguments.size()));
            next = arguments.size();
        } else if (argument.startsWith("--")) {
            longOption(argument.substring(2));
        } else if (argument.startsWith("-") && argument.length() > 1) {
            shortOptions(argument.substring(1));
        } else {
            words.add(argument);
        }
    }

    private void longOption(String text) {
        int equals = text.indexOf('=');
        Match match = OptionTable.byName(equals < 0 ? text : text.substring(0, equals));
        CriuOption option = match.option();
        if (equals >= 0) {
            if (option.argument() == ArgumentRule.NONE) {
                throw new OptionException(option.spelling() + " takes no value");
            }
            settings.add(Setting.of(option, text.substring(equals + 1)));
        } else if (option.argument() == ArgumentRule.REQUIRED) {
            settings.add(Setting.of(option, following(option.spelling())));
        } else {
            settings.add(Setting.of(option, match.on()));
        }
    }

    private void shortOptions(String letters) {
        for (int i = 0; i < letters.length(); i++) {
            CriuOption option = OptionTable.byLetter(letters.charAt(i));
            String rest = letters.substring(i + 1);
            switch (option.argument()) {
                case NONE -> settings.add(Setting.of(option, true));
                case OPTIONAL -> settings.add(Setting.of(option, rest));
                case REQUIRED ->
                    settings.add(Setting.of(option, rest.isEmpty() ? following("-" + letters.charAt(i)) : rest));
            }
            if (option.argument() != ArgumentRule.NONE) {
                return;
            }
        }
    }

    private String following(String spelling) {
        if (next == arguments.size()) {
            throw new OptionException(spelling + " needs a value");
        }
        return arguments.get(next++);
    }
}
