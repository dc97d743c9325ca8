package io.godwit.cli;

import io.godwit.source.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Tells a failure in one message; the stack is for those who ask by {@code -vvv} or {@code GODWIT_DEBUG=1}. What is
 * not an {@link IOException} is a defect of Godwit, and is called one.
 */
final class OneMessage implements IExecutionExceptionHandler {
    private static final int STACK_VERBOSITY = 3;
    private final boolean debug;

    OneMessage(boolean debug) {
        this.debug = debug;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        boolean stack = debug || verbosity(result) >= STACK_VERBOSITY;
        err.println("godwit: " + words(failure));
        if (stack) {
            failure.printStackTrace(err);
        } else if (!(failure instanceof IOException)) {
            err.println("This is a defect of godwit: set GODWIT_DEBUG=1 to see where it happened.");
        }
        return ExitCode.FAILED;
    }

    private static String words(Exception failure) {
        String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            return name;
        }
        return failure instanceof IOException ? message : name + ": " + message;
    }

    private static long verbosity(ParseResult result) {
        ParseResult last = result;
        while (last != null && last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last == null) {
            return 0;
        }
        return last.originalArgs().stream()
                .filter(argument -> argument.matches("-v+"))
                .mapToLong(argument -> argument.length() - 1L)
                .sum();
    }
}
