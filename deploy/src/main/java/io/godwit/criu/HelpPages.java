package io.godwit.criu;

import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOption;
import io.godwit.criu.run.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The help of CRIU's commands, made of the table of options; manual pages and completion are made of the same. */
public final class HelpPages {
    private HelpPages() {}

    /** That of one command. */
    static String of(CriuCommand command, String program) {
        CommandLine parent = new CommandLine(CommandSpec.create().name(program));
        CommandLine child = new CommandLine(spec(command, program));
        parent.addSubcommand(command.word(), child);
        return child.getUsageMessage(Ansi.OFF);
    }

    /** That of all commands together. */
    static String all(String program) {
        CommandSpec spec = CommandSpec.create().name(program);
        spec.usageMessage()
                .header("Checkpoint and restore process trees.")
                .customSynopsis(program + " COMMAND [OPTION...]")
                .description("An option is accepted with every command; those that it does not concern pass over it.")
                .sortOptions(false);
        options(spec, option -> true);
        for (CriuCommand command : CriuCommand.values()) {
            if (CommandTexts.shown(command)) {
                spec.addSubcommand(command.word(), spec(command, program));
            }
        }
        return new CommandLine(spec).getUsageMessage(Ansi.OFF);
    }

    /** A command of {@code godwit} as picocli has it: for its words, not to be run. */
    public static CommandSpec ofGodwit(CriuCommand command) {
        return spec(command, Manner.GODWIT.program());
    }

    private static CommandSpec spec(CriuCommand command, String program) {
        CommandSpec spec = CommandSpec.create().name(command.word());
        spec.usageMessage()
                .header(CommandTexts.header(command))
                .description(CommandTexts.description(command))
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(CommandTexts.exitCodes(command))
                .sortOptions(false);
        int index = 0;
        for (String operand : command.operands()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index(Integer.toString(index++))
                    .paramLabel(operand)
                    .description(CommandTexts.operand(command))
                    .build());
        }
        spec.usageMessage().customSynopsis("%s %s%s [OPTION...]".formatted(program, command.word(), operands(command)));
        options(spec, option -> !option.concernsAll() && followed(command, option));
        options(spec, option -> option.concernsAll() && followed(command, option));
        return spec;
    }

    private static String operands(CriuCommand command) {
        return command.operands().stream().map(operand -> " " + operand).collect(Collectors.joining());
    }

    /** What is refused anyway is not worth a line of help. */
    private static boolean followed(CriuCommand command, CriuOption option) {
        return option.concerns(command)
                && Limits.of(command, option).filter(Limits.Limit::refused).isEmpty();
    }

    private static void options(CommandSpec spec, Predicate<CriuOption> wanted) {
        for (CriuOption option : CriuOption.values()) {
            if (wanted.test(option)) {
                spec.addOption(option(option, spec));
            }
        }
    }

    private static OptionSpec option(CriuOption option, CommandSpec spec) {
        List<String> names = new ArrayList<>();
        option.letter()
                .map(letter -> "-" + letter)
                .filter(name -> !spec.optionsMap().containsKey(name))
                .ifPresent(names::add);
        names.add(option.spelling());
        OptionSpec.Builder builder = OptionSpec.builder(names.toArray(String[]::new))
                .negatable(option.negatable())
                .description(option.description());
        return switch (option.argument()) {
            case NONE -> builder.type(boolean.class).arity("0").build();
            case OPTIONAL ->
                builder.type(String.class)
                        .arity("0..1")
                        .paramLabel(option.label())
                        .build();
            case REQUIRED ->
                builder.type(String.class).arity("1").paramLabel(option.label()).build();
        };
    }
}
