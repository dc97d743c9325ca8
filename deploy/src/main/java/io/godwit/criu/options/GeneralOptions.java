package io.godwit.criu.options;

import io.godwit.source.options.OptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line of a command that CRIU has not, or has not in this form: the options that every command of CRIU takes, and what is
 * left for the command itself.
 *
 * @param options those, and what config files say below them
 * @param rest the command, its own options and its words, as they were given
 */
public record GeneralOptions(CriuOptions options, List<String> rest) {
    private static final String END = "--";

    /**
     * Takes them out.
     *
     * @param arguments the command first
     * @param wordEnds from the first word on all belongs to the command, whatever it looks like
     * @throws OptionException if the value of one can not be used
     */
    public static GeneralOptions split(List<String> arguments, boolean wordEnds, Map<String, String> environment) {
        List<Setting> settings = new ArrayList<>();
        List<String> rest = new ArrayList<>(arguments.subList(0, 1));
        int next = 1;
        while (next < arguments.size()) {
            String argument = arguments.get(next);
            boolean word = !argument.startsWith("-") || argument.length() == 1;
            if (argument.equals(END) || word && wordEnds) {
                break;
            }
            Optional<CriuOption> option = word ? Optional.empty() : find(argument);
            int end = Math.min(arguments.size(), next + (valueFollows(argument, option) ? 2 : 1));
            List<String> taken = arguments.subList(next, end);
            if (option.filter(GeneralOptions::general).isPresent()) {
                settings.addAll(CommandLineParser.parse(taken).settings());
            } else {
                rest.addAll(taken);
            }
            next = end;
        }
        rest.addAll(arguments.subList(next, arguments.size()));
        Settings line = new Settings().add(settings);
        Settings all = ConfigFiles.below(line, environment).add(settings);
        return new GeneralOptions(CriuOptions.of(all), List.copyOf(rest));
    }

    /** The help and the version are the command's own. */
    private static boolean general(CriuOption option) {
        return option.concernsAll() && option != CriuOption.HELP && option != CriuOption.VERSION;
    }

    private static Optional<CriuOption> find(String argument) {
        try {
            if (!argument.startsWith(END)) {
                return Optional.of(OptionTable.byLetter(argument.charAt(1)));
            }
            String name = argument.substring(END.length()).split("=", 2)[0];
            return Optional.of(OptionTable.byName(name).option());
        } catch (OptionException e) {
            return Optional.empty();
        }
    }

    private static boolean valueFollows(String argument, Optional<CriuOption> option) {
        boolean attached = argument.startsWith(END) ? argument.contains("=") : argument.length() > 2;
        return !attached
                && option.filter(known -> known.argument() == ArgumentRule.REQUIRED)
                        .isPresent();
    }
}
