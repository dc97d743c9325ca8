package io.godwit.linux.machine;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.nio.ByteBuffer;

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
        int status = arena.getInt(MachineLayout.HEADER_STATUS);
        int pc = arena.getInt(MachineLayout.HEADER_PC);
        long result = arena.getLong(MachineLayout.HEADER_FAILED_RESULT);
        if (pc < 0 || pc >= program.instructions().size()) {
            return new MachineException(
                    "the machine stopped with status " + status + " at instruction " + pc, pc, result);
        }
        Instruction instruction = program.instructions().get(pc);
        Note note = instruction.note();
        String call = Syscall.name(instruction.number());
        String what = note.label().isEmpty() ? "run instruction " + pc + " of a machine program" : note.label();
        String advice = note.advice().isEmpty() ? "" : "; " + note.advice();
        return new MachineException(
                "cannot " + what + ": " + why(status, instruction, call, result, program) + advice, pc, result);
    }

    private static String why(int status, Instruction instruction, String call, long result, Program program) {
        if (status == MachineStatus.BUDGET_EXHAUSTED.value()) {
            return "the program was still running after " + program.budget()
                    + " instructions; it loops, or needs a larger budget";
        }
        if (status != MachineStatus.UNEXPECTED_RESULT.value()) {
            return "the machine stopped with status " + status + " in " + instruction.opCode();
        }
        if (Kernel.failed(result)) {
            return errnoText(-result) + " (" + call + ": " + errnoName(-result) + ")";
        }
        return call + " returned " + result + " instead of "
                + instruction.expectation().value();
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
