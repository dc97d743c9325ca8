package io.godwit.source.cli;

import io.godwit.source.exec.SyscallRequest;
import io.godwit.source.exec.SyscallResult;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit exec -t PID SYSCALL ARGUMENTS...}. */
@Command(
        name = "exec",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Make one system call in another process.",
        description = {
            "The process's main thread is stopped for it, and goes on afterwards as if nothing had been, also when it slept.",
            "An argument is a number, decimal, 0x... or 0...; or '&text', which is put into the memory of the process for"
                    + " the time of the call, and its address is passed.",
            "Before SYSCALL the general options of CRIU are taken too (-v, -o, -D, -W, --config, ...; see godwit dump --help)."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the call succeeded",
            "1:the call failed, or could not be made",
            "2:an option or argument can not be used, or the process can make no such call"
        })
public final class ExecCommand implements Callable<Integer> {
    private final Engine engine;

    private CommandSpec spec;

    @Option(
            names = {"-t", "--tree"},
            required = true,
            paramLabel = "PID",
            description = "The process.")
    private int pid;

    @Option(
            names = "--timeout",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "A call that blocks for longer is interrupted, and fails with EINTR (default: 10).")
    private int seconds;

    @Parameters(index = "0", paramLabel = "SYSCALL", description = "The kernel's name of the call, or its number.")
    private String call;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGUMENT", description = "At most six.")
    private List<String> arguments = new ArrayList<>();

    /** Makes the call. */
    @FunctionalInterface
    public interface Engine {
        SyscallResult run(int pid, SyscallRequest request, Duration limit) throws IOException;
    }

    public ExecCommand(Engine engine) {
        this.engine = engine;
    }

    /** A negative number looks like an option, and is none. */
    @Spec
    void setSpec(CommandSpec command) {
        spec = command;
        spec.parser().unmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
        try {
            SyscallResult result = engine.run(pid, SyscallRequest.parse(call, arguments), limit());
            PrintWriter out = spec.commandLine().getOut();
            out.println(result);
            out.flush();
            return result.failed() ? ExitCode.FAILED : ExitCode.DONE;
        } catch (OptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (IOException e) {
            spec.commandLine().getErr().println("godwit: " + Messages.of(e));
            return ExitCode.FAILED;
        }
    }

    private Duration limit() {
        if (seconds < 1) {
            throw new OptionException("--timeout must be at least 1 second");
        }
        return Duration.ofSeconds(seconds);
    }
}
