package io.godwit.criu.options;

import io.godwit.source.options.OptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line as it was given: what to do, and every setting of it.
 *
 * @param operands what belongs to the command, such as {@code dump} of cpuinfo
 * @param options of config files, environment and the line itself
 * @param help the help was asked for
 * @param version the version was asked for
 */
public record CommandLine(
        Optional<CriuCommand> command, List<String> operands, CriuOptions options, boolean help, boolean version) {
    /**
     * Reads the arguments, and the config files that they and the environment name.
     *
     * @throws OptionException if any of it can not be used
     */
    public static CommandLine parse(List<String> arguments, Map<String, String> environment) {
        CommandLineParser.Parsed parsed = CommandLineParser.parse(arguments);
        Settings line = new Settings().add(parsed.settings());
        boolean help = line.has(CriuOption.HELP);
        boolean version = line.has(CriuOption.VERSION);
        if (help || version) {
            Optional<CriuCommand> about = parsed.words().stream().findFirst().flatMap(CriuCommand::of);
            return new CommandLine(about, List.of(), CriuOptions.of(new Settings()), help, version);
        }
        CriuCommand command = command(parsed.words());
        List<String> rest = parsed.words().subList(1, parsed.words().size());
        Settings all = ConfigFiles.below(line, environment).add(parsed.settings());
        if (all.has(CriuOption.EXEC_CMD)) {
            if (rest.isEmpty()) {
                throw new OptionException("--exec-cmd needs a command after --");
            }
            return new CommandLine(Optional.of(command), List.of(), CriuOptions.of(all, rest), false, false);
        }
        requireOperands(command, rest);
        return new CommandLine(Optional.of(command), rest, CriuOptions.of(all), false, false);
    }

    private static CriuCommand command(List<String> words) {
        if (words.isEmpty()) {
            throw new OptionException("a command is missing: " + names());
        }
        return CriuCommand.of(words.get(0))
                .orElseThrow(
                        () -> new OptionException("there is no command '" + words.get(0) + "'; these are: " + names()));
    }

    private static String names() {
        List<String> names = new ArrayList<>();
        for (CriuCommand command : CriuCommand.values()) {
            names.add(command.word());
        }
        return String.join(", ", names);
    }

    private static void requireOperands(CriuCommand command, List<String> words) {
        boolean free = command == CriuCommand.EXEC || command == CriuCommand.SHOW;
        List<String> wanted = command.operands();
        if (!free && words.size() > wanted.size()) {
            throw new OptionException("'" + words.get(wanted.size()) + "' is too much after " + command.word());
        }
        if (words.size() < wanted.size()) {
            throw new OptionException(command.word() + " needs " + wanted.get(words.size()) + " after it");
        }
    }
}
