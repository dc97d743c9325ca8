package io.godwit.criu;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CommandLine;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.run.ActionScripts;
import io.godwit.criu.run.CriuRunner;
import io.godwit.criu.run.RefusedException;
import io.godwit.criu.run.Stage;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One command line, from its arguments to its exit code. */
final class CriuCommandLine {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    /** What -1 becomes. */
    private static final int MINUS_ONE = 255;

    private final Manner manner;
    private final Map<String, String> environment;

    CriuCommandLine(Manner manner, Map<String, String> environment) {
        this.manner = manner;
        this.environment = environment;
    }

    int run(List<String> arguments) {
        CommandLine line;
        try {
            line = CommandLine.parse(arguments, environment);
        } catch (OptionException e) {
            return usage(Optional.empty(), e);
        }
        if (line.version()) {
            manner.version(System.out);
            return DONE;
        }
        if (line.help()) {
            manner.help(line.command(), System.out);
            return DONE;
        }
        CriuCommand command = line.command().orElseThrow();
        CriuOptions options = line.options();
        try (CriuLog log = CriuLog.open(options.logging(), options.directories().work())) {
            return run(command, options, log);
        } catch (OptionException e) {
            return usage(line.command(), e);
        } catch (RefusedException e) {
            manner.tell(e, options.logging());
            return e.stage().refusal() == Stage.Refusal.FAILS_AFTER_THE_IMAGES ? MINUS_ONE : FAILED;
        } catch (IOException e) {
            manner.tell(e, options.logging());
            return FAILED;
        }
    }

    private int run(CriuCommand command, CriuOptions options, CriuLog log) throws IOException {
        CriuRunner runner = new CriuRunner(log);
        try (ActionScripts scripts = ActionScripts.of(options)) {
            switch (command) {
                case DUMP -> runner.dump(options, scripts);
                case RESTORE -> runner.restore(options, scripts);
                default -> throw new OptionException(command.word() + " is not there yet");
            }
        }
        return DONE;
    }

    private int usage(Optional<CriuCommand> command, OptionException failure) {
        manner.usage(command, failure, System.err);
        return manner.usageCode();
    }
}
