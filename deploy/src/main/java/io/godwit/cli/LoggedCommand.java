package io.godwit.cli;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.GeneralOptions;
import io.godwit.criu.run.InheritedDescriptors;
import io.godwit.source.cli.ExitCode;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/** A command of Godwit that takes the general options of CRIU too: it has a log, into which its errors go as well. */
final class LoggedCommand {
    private static final String CHECK = "check";
    private static final String EXEC = "exec";
    private static final Set<String> NAMES = Set.of(CHECK, EXEC);
    private static final String PROGRAM = "godwit: ";

    private final CommandLine godwit;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    LoggedCommand(CommandLine godwit, Map<String, String> environment, PrintStream out, PrintStream err) {
        this.godwit = godwit;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Whether these arguments are for such a command. */
    static boolean takes(String[] arguments) {
        return arguments.length > 0 && NAMES.contains(arguments[0]);
    }

    /** Runs it; gives the exit code. */
    int run(List<String> arguments) {
        String name = arguments.get(0);
        try {
            // What is passed to a system call may look like an option.
            GeneralOptions split = GeneralOptions.split(arguments, name.equals(EXEC), environment);
            CriuOptions options = split.options();
            InheritedDescriptors.close(options.closed());
            try (CriuLog log =
                    CriuLog.open(options.logging(), options.directories().work(), CriuLog.Form.PLAIN, out, err)) {
                boolean file = options.logging().file().isPresent();
                godwit.setErr(new PrintWriter(new Errors(file, log), true));
                int code = godwit.execute(split.rest().toArray(String[]::new));
                log.info(name + " gave exit code " + code);
                return code;
            }
        } catch (OptionException e) {
            err.println(PROGRAM + name + ": " + e.getMessage());
            err.println("Try 'godwit " + name + " --help'.");
            return ExitCode.USAGE;
        } catch (IOException e) {
            err.println(PROGRAM + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    /** Takes what the command writes to standard error, and passes it on, to the log too if that is somewhere else. */
    private final class Errors extends Writer {
        private final boolean logged;
        private final CriuLog log;
        private final StringBuilder line = new StringBuilder();

        Errors(boolean logged, CriuLog log) {
            this.logged = logged;
            this.log = log;
        }

        @Override
        public void write(char[] text, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (text[i] == '\n') {
                    tell(line.toString());
                    line.setLength(0);
                } else {
                    line.append(text[i]);
                }
            }
        }

        private void tell(String text) {
            err.println(text);
            if (logged) {
                log.error(text.startsWith(PROGRAM) ? text.substring(PROGRAM.length()) : text);
            }
        }

        @Override
        public void flush() {
            err.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }
}
