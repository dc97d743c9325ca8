package io.godwit.criu;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuVersion;
import io.godwit.source.cli.ExitCode;
import io.godwit.source.cli.Messages;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** By which name it was called, and so how it talks: {@code criu} as CRIU does, {@code godwit} as its other commands. */
public enum Manner {
    /** A wrong option is exit code 1, and without a log file errors are lines of the log on standard error. */
    CRIU("criu", ExitCode.FAILED),
    /** A wrong option is exit code 2, as with all of Godwit's commands, and a failure is told in one line. */
    GODWIT("godwit", ExitCode.USAGE);

    private final String program;
    private final int usageCode;

    Manner(String program, int usageCode) {
        this.program = program;
        this.usageCode = usageCode;
    }

    /** What was called. */
    String program() {
        return program;
    }

    /** The exit code when an option or argument can not be used. */
    int usageCode() {
        return usageCode;
    }

    /** The first line is in CRIU's form. */
    void version(PrintStream out) {
        out.println("Version: " + CriuVersion.RELEASE);
        out.println("GitID: " + CriuVersion.gitId());
    }

    /** How errors look on standard error. */
    CriuLog.Form form() {
        return this == CRIU ? CriuLog.Form.CRIU : CriuLog.Form.PLAIN;
    }

    void help(Optional<CriuCommand> command, PrintStream out) {
        out.print(command.isPresent() ? HelpPages.of(command.get(), program) : HelpPages.all(program));
    }

    /** Tells what is wrong with the command line. */
    void usage(Optional<CriuCommand> command, OptionException failure, PrintStream err) {
        String name = program + command.map(named -> " " + named.word()).orElse("");
        err.println(name + ": " + failure.getMessage());
        err.println("Try '" + name + " --help'.");
    }

    /** Tells what came of a command, of which CRIU tells nothing. */
    void result(String text, PrintStream out) {
        if (this == GODWIT) {
            out.println(text);
        }
    }

    /**
     * Tells of a failure what the log has not told on standard error. CRIU leaves it at the log, if there is one.
     *
     * @param logged the log has it
     * @param told standard error has it, as it is the log
     */
    void failed(Exception failure, boolean logged, boolean told, PrintStream err, Map<String, String> environment) {
        boolean defect = !(failure instanceof IOException
                || failure instanceof OptionException
                || failure instanceof UncheckedIOException);
        if (!told && (this == GODWIT || !logged)) {
            err.println(program + ": " + words(failure));
        }
        if (environment.containsKey("GODWIT_DEBUG")) {
            failure.printStackTrace(err);
        } else if (defect) {
            err.println("This is a defect of godwit (" + failure + "): set GODWIT_DEBUG=1 to see where it happened.");
        }
    }

    private static String words(Exception failure) {
        return failure instanceof IOException io ? Messages.of(io) : failure.getMessage();
    }
}
