package io.godwit.criu;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CommandLine;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.rpc.ServiceCommand;
import io.godwit.criu.rpc.Worker;
import io.godwit.criu.run.ActionScripts;
import io.godwit.criu.run.CriuRunner;
import io.godwit.criu.run.InheritedDescriptors;
import io.godwit.criu.run.RefusedException;
import io.godwit.criu.run.Stage;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One command line, from its arguments to its exit code. */
final class CriuCommandLine {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    /** What -1 of CRIU's main becomes. */
    private static final int MINUS_ONE = 255;

    private final Manner manner;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    CriuCommandLine(Manner manner, Map<String, String> environment, PrintStream out, PrintStream err) {
        this.manner = manner;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    int run(List<String> arguments) {
        CommandLine line;
        try {
            line = CommandLine.parse(arguments, environment);
        } catch (OptionException e) {
            manner.usage(arguments.stream().findFirst().flatMap(CriuCommand::of), e, err);
            return manner.usageCode();
        }
        if (line.version()) {
            manner.version(out);
            return DONE;
        }
        if (line.help()) {
            manner.help(line.command(), out);
            return DONE;
        }
        return run(line);
    }

    private int run(CommandLine line) {
        CriuOptions options = line.options();
        CriuCommand command = line.command().orElseThrow();
        Optional<CriuLog> opened = Optional.empty();
        try {
            InheritedDescriptors.close(options.closed());
            CriuLog log = CriuLog.open(options.logging(), options.directories().work(), manner.form(), out, err);
            opened = Optional.of(log);
            return dispatch(line, log);
        } catch (IOException | RuntimeException e) {
            opened.filter(log -> log.firstError().isEmpty()).ifPresent(log -> log.error(e));
            boolean told = opened.isPresent() && options.logging().file().isEmpty();
            manner.failed(e, opened.isPresent(), told, err, environment);
            return code(command, line.operands(), e);
        } finally {
            opened.ifPresent(CriuLog::close);
        }
    }

    private int dispatch(CommandLine line, CriuLog log) throws IOException {
        CriuOptions options = line.options();
        CriuCommand command = line.command().orElseThrow();
        CriuRunner runner = new CriuRunner(log);
        try (ActionScripts scripts = ActionScripts.of(options)) {
            switch (command) {
                case DUMP -> runner.dump(options, scripts);
                case PRE_DUMP -> runner.preDump(options);
                case RESTORE -> runner.restore(options, scripts);
                case CHECK -> {
                    return runner.check(options, out) ? DONE : FAILED;
                }
                case CPUINFO -> cpuInfo(line.operands().get(0), options, runner);
                case PAGE_SERVER -> {
                    return runner.pageServer(options, scripts, out) ? DONE : FAILED;
                }
                case DEDUP -> {
                    long freed = runner.dedup(options);
                    manner.result("freed " + freed + " bytes", out);
                }
                case EXEC, SHOW -> {
                    log.error(command.word() + " is gone from CRIU; see godwit exec, and godwit image show or crit");
                    return MINUS_ONE;
                }
                case SERVICE -> {
                    return new ServiceCommand(options, log).run();
                }
                case SWRK -> {
                    return Worker.run(line.operands().get(0), environment, log);
                }
                case LAZY_PAGES -> {
                    return runner.lazyPages(options, scripts, out) ? DONE : FAILED;
                }
            }
        }
        return DONE;
    }

    private static void cpuInfo(String what, CriuOptions options, CriuRunner runner) throws IOException {
        switch (what) {
            case "dump" -> runner.dumpProcessor(options);
            case "check" -> runner.checkProcessor(options);
            default -> throw new OptionException("cpuinfo: '" + what + "' is neither dump nor check");
        }
    }

    private int code(CriuCommand command, List<String> operands, Exception failure) {
        if (failure instanceof OptionException) {
            return manner.usageCode();
        }
        boolean afterTheImages = failure instanceof RefusedException refused
                && refused.stage().refusal() == Stage.Refusal.FAILS_AFTER_THE_IMAGES;
        boolean noCpuImage = command == CriuCommand.CPUINFO && operands.contains("dump");
        return afterTheImages || noCpuImage ? MINUS_ONE : FAILED;
    }
}
