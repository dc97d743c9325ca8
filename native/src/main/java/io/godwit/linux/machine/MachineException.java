package io.godwit.linux.machine;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A program did not run to its end. The message is "cannot LABEL: why; ADVICE". */
public final class MachineException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int MAX_ERRNO = 4095;

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
        String call = SyscallNames.name(instruction.number());
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
        if (result < 0 && result >= -MAX_ERRNO) {
            return SyscallNames.errno(-result) + " (" + call + ")";
        }
        return call + " returned " + result + " instead of "
                + instruction.expectation().value();
    }
}
