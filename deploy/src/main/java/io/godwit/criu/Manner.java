package io.godwit.criu;

import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.Logging;
import io.godwit.source.cli.ExitCode;
import io.godwit.source.options.OptionException;
import java.io.PrintStream;
import java.util.Optional;

/** By which name it was called, and so how it talks: {@code criu} as CRIU does, {@code godwit} as its other commands. */
public enum Manner {
    /** A wrong option is exit code 1, and without a log file errors are lines of the log on standard error. */
    CRIU("criu", ExitCode.FAILED),
    /** A wrong option is exit code 2, as with all of Godwit's commands, and a failure is told in one line. */
    GODWIT("godwit", ExitCode.USAGE);

    /** The release of CRIU whose command line this is. */
    private static final String CRIU_VERSION = "4.2";

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
        String own = Manner.class.getPackage().getImplementationVersion();
        out.println("Version: " + CRIU_VERSION);
        out.println("GitID: godwit-" + (own == null ? "not-packaged" : own));
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

    /** Tells of a failure; the log has it too. */
    void tell(Exception failure, Logging logging) {
        if (this == GODWIT) {
            System.err.println("godwit: " + failure.getMessage());
        }
    }
}
