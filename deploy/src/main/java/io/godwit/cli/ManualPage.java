package io.godwit.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** A command's manual page in roff, made of the same words as its {@code --help}. */
final class ManualPage {
    private final CommandLine command;
    private final UsageMessageSpec usage;
    private final StringBuilder page = new StringBuilder();

    ManualPage(CommandLine command) {
        this.command = command;
        this.usage = command.getCommandSpec().usageMessage();
    }

    /** As in {@code man godwit-migrate}. */
    String name() {
        return command.getCommandSpec().qualifiedName("-");
    }

    String roff() {
        page.setLength(0);
        page.append(".TH ").append(name().toUpperCase(Locale.ROOT)).append(" 1\n");
        section("NAME", escape(name()) + " \\- " + escape(String.join(" ", usage.header())));
        section("SYNOPSIS", ".nf\n" + escape(synopsis()) + "\n.fi");
        section("DESCRIPTION", lines(usage.description(), "\n.PP\n"));
        page.append(".SH OPTIONS\n");
        command.getCommandSpec().positionalParameters().forEach(this::positional);
        command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .forEach(this::option);
        commands();
        exitCodes();
        return page.toString();
    }

    private String synopsis() {
        Help help = new Help(command.getCommandSpec(), Help.defaultColorScheme(Ansi.OFF));
        return help.synopsis(0).strip();
    }

    private void positional(PositionalParamSpec parameter) {
        entry("\\fI" + escape(parameter.paramLabel()) + "\\fR", parameter);
    }

    private void option(OptionSpec option) {
        String names = Arrays.stream(option.names())
                .map(name -> "\\fB" + escape(name) + "\\fR")
                .collect(Collectors.joining(", "));
        boolean hasValue = option.arity().max() > 0;
        entry(hasValue ? names + " \\fI" + escape(option.paramLabel()) + "\\fR" : names, option);
    }

    private void entry(String term, ArgSpec argument) {
        String[] words = argument.description();
        page.append(".TP\n").append(term).append('\n');
        page.append(lines(words, "\n")).append('\n');
    }

    private void commands() {
        if (command.getSubcommands().isEmpty()) {
            return;
        }
        page.append(".SH COMMANDS\n");
        for (CommandLine child : command.getSubcommands().values()) {
            String header =
                    String.join(" ", child.getCommandSpec().usageMessage().header());
            page.append(".TP\n\\fB")
                    .append(escape(child.getCommandName()))
                    .append("\\fR\n")
                    .append(escape(header))
                    .append('\n');
        }
    }

    private void exitCodes() {
        page.append(".SH EXIT STATUS\n");
        for (Map.Entry<String, String> code : usage.exitCodeList().entrySet()) {
            page.append(".TP\n")
                    .append(code.getKey())
                    .append('\n')
                    .append(escape(code.getValue()))
                    .append('\n');
        }
    }

    private void section(String title, String body) {
        page.append(".SH ").append(title).append('\n').append(body).append('\n');
    }

    private static String lines(String[] lines, String separator) {
        return Arrays.stream(lines).map(ManualPage::escape).collect(Collectors.joining(separator));
    }

    /** A leading dot or quote would be a request; a bare minus becomes a hyphen that can not be copied. */
    private static String escape(String text) {
        String safe = text.replace("\\", "\\e").replace("-", "\\-").replace("%n", "\n");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
