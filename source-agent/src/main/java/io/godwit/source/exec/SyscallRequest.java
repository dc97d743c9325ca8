package io.godwit.source.exec;

import static java.util.Map.entry;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;
import io.godwit.source.options.OptionException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A system call that somebody asks for.
 *
 * @param arguments at most six
 */
public record SyscallRequest(int number, List<Argument> arguments) {
    /** The x86-64 convention passes six arguments in registers, and no call takes more. */
    private static final int MAX_ARGUMENTS = 6;

    private static final String NEW_TASK = "the new task would find no code to run";
    private static final String NO_WAY_BACK = "the process could not go on where it was";
    private static final Map<Integer, String> REFUSED = Map.ofEntries(
            entry(Syscall.FORK, NEW_TASK),
            entry(Syscall.VFORK, NEW_TASK),
            entry(Syscall.CLONE, NEW_TASK),
            entry(Syscall.CLONE3, NEW_TASK),
            entry(Syscall.EXECVE, NO_WAY_BACK),
            entry(Syscall.EXECVEAT, NO_WAY_BACK),
            entry(Syscall.RT_SIGRETURN, NO_WAY_BACK),
            entry(Syscall.RT_SIGPROCMASK, "its thread has its signal mask back when the call is over"),
            entry(Syscall.RESTART_SYSCALL, "it belongs to the call that the process was interrupted in"),
            entry(Syscall.EXIT, NO_WAY_BACK + "; kill(1) ends one"),
            entry(Syscall.EXIT_GROUP, NO_WAY_BACK + "; kill(1) ends one"));

    /** When these are interrupted they leave with the kernel how to go on, in the only place that a thread has for that. */
    private static final Set<Integer> RESTARTING =
            Set.of(Syscall.NANOSLEEP, Syscall.CLOCK_NANOSLEEP, Syscall.FUTEX, Syscall.POLL);

    public SyscallRequest {
        arguments = List.copyOf(arguments);
    }

    /**
     * Reads a name of the kernel's table, or a number, and the arguments.
     *
     * @throws OptionException if they can not be used; the message says why
     */
    public static SyscallRequest parse(String call, List<String> arguments) {
        int number = Syscall.number(call).orElseGet(() -> number(call));
        String reason = REFUSED.get(number);
        if (reason != null) {
            throw new OptionException(Syscall.name(number) + " can not be made for another process: " + reason);
        }
        if (arguments.size() > MAX_ARGUMENTS) {
            throw new OptionException(
                    "a system call takes at most " + MAX_ARGUMENTS + " arguments, and these are " + arguments.size());
        }
        return new SyscallRequest(
                number, arguments.stream().map(Argument::parse).toList());
    }

    /** Whether it may destroy what the kernel keeps for a thread that was interrupted in a timed sleep. */
    boolean overwritesRestart() {
        return RESTARTING.contains(number);
    }

    /** Appends the call; missing arguments are zero. */
    Operand.Register appendTo(Assembler program) {
        Operand[] operands =
                arguments.stream().map(argument -> operand(program, argument)).toArray(Operand[]::new);
        return program.callAny(number, operands);
    }

    private static Operand operand(Assembler program, Argument argument) {
        if (argument instanceof Argument.Text text) {
            return program.string(text.value()).address();
        }
        return Operand.imm(((Argument.Number) argument).value());
    }

    private static int number(String call) {
        try {
            return Integer.parseUnsignedInt(call);
        } catch (NumberFormatException e) {
            throw new OptionException("there is no system call '" + call + "' on x86-64" + similar(call));
        }
    }

    private static String similar(String call) {
        String names = List.of(call + "64", call + "2", "new" + call, "rt_" + call).stream()
                .filter(name -> Syscall.number(name).isPresent())
                .collect(Collectors.joining(" or "));
        return names.isEmpty() ? "; syscalls(2) lists them" : "; the kernel calls it " + names;
    }
}
