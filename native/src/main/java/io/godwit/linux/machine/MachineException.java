package io.godwit.linux.machine;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;

/** A program did not run to its end. The message is "cannot LABEL: why; ADVICE". */
public final class MachineException extends IOException {
    private static final long serialVersionUID = 1;

    private final int pc;
    private final long result;

    MachineException(String message, int pc, long result) {
        super(message);
        this.pc = pc;
        this.result = result;
    }

    /** The index of the failed instruction, -1 when none is to blame (the task died). */
    public int pc() {
        return pc;
    }

    /** The raw result of the failed syscall: {@code -errno}, or the value that was not expected; 0 without one. */
    public long result() {
        return result;
    }

    static MachineException failed(Program program, ByteBuffer arena) {
        MachineStatus status = MachineStatus.of(arena.getInt(MachineLayout.HEADER_STATUS));
        int pc = arena.getInt(MachineLayout.HEADER_PC);
        long result = arena.getLong(MachineLayout.HEADER_FAILED_RESULT);
        return blame(program, pc, result, instruction -> why(status, instruction, result, program));
    }

    /** The interpreter's thread got the signal of a fault, so an address that the program used is no good. */
    static MachineException faulted(Program program, byte[] arena, int signal, int tid) {
        int pc = ByteBuffer.wrap(arena).order(ByteOrder.LITTLE_ENDIAN).getInt(MachineLayout.HEADER_PC);
        return blame(
                program,
                pc,
                0,
                instruction -> "thread " + tid + " got signal " + signal + " in " + operation(instruction));
    }

    static MachineException died(int tid, String how) {
        return new MachineException(
                "thread " + tid + " " + how + " while the machine was in it; nothing is left to take out", -1, 0);
    }

    private static MachineException blame(Program program, int pc, long result, Function<Instruction, String> why) {
        if (pc < 0 || pc >= program.instructions().size()) {
            return new MachineException(
                    "a machine program ran to instruction " + pc + ", which it has not", pc, result);
        }
        Instruction instruction = program.instructions().get(pc);
        Note note = instruction.note();
        String what = note.label().isEmpty() ? "run instruction " + pc + " of a machine program" : note.label();
        String advice = note.advice().isEmpty() ? "" : "; " + note.advice();
        return new MachineException("cannot " + what + ": " + why.apply(instruction) + advice, pc, result);
    }

    private static String why(MachineStatus status, Instruction instruction, long result, Program program) {
        String call = operation(instruction);
        return switch (status) {
            case BUDGET_EXHAUSTED ->
                "the program was still running after " + program.budget()
                        + " instructions; it loops, or needs a larger budget";
            case UNEXPECTED_RESULT ->
                Kernel.failed(result)
                        ? errnoText(-result) + " (" + call + ": " + errnoName(-result) + ")"
                        : call + " returned " + result + " instead of "
                                + instruction.expectation().value();
            default -> "the machine stopped with " + status + " in " + call;
        };
    }

    private static String operation(Instruction instruction) {
        return instruction.opCode() == OpCode.SYSCALL
                ? Syscall.name(instruction.number())
                : instruction.opCode().name();
    }

    /** The kernel has a few more results (ERESTARTSYS) than errno(3) has names. */
    static String errnoName(long value) {
        try {
            return Errno.of((int) value).name();
        } catch (IllegalArgumentException e) {
            return "errno " + value;
        }
    }

    private static String errnoText(long value) {
        try {
            return Errno.of((int) value).text();
        } catch (IllegalArgumentException e) {
            return "unknown error";
        }
    }
}
