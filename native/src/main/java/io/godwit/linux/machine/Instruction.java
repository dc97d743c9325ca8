package io.godwit.linux.machine;

import java.util.List;

/**
 * One instruction. {@code number} is the syscall's number, or the index of the instruction to jump to; {@code destination} is the
 * register for the result, where the operation has one.
 */
public record Instruction(
        OpCode opCode, int number, Expectation expectation, int destination, List<Operand> arguments, Note note) {
    /** A syscall has at most six arguments. */
    public static final int MAX_ARGUMENTS = 6;

    /** Copies the arguments. */
    public Instruction {
        arguments = List.copyOf(arguments);
        if (arguments.size() > MAX_ARGUMENTS) {
            throw new IllegalArgumentException(opCode + " takes at most six arguments, not " + arguments.size());
        }
    }

    Instruction jumpingTo(int target) {
        return new Instruction(opCode, target, expectation, destination, arguments, note);
    }
}
