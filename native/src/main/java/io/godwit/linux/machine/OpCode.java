package io.godwit.linux.machine;

/** The operations of the machine. A test compares them with {@code native/src/main/c/opcodes.h}. */
public enum OpCode {
    /** Ends the program. */
    STOP(0),
    /** destination = syscall number(arguments), judged by the expectation. */
    SYSCALL(1),
    /** destination = argument 0. */
    SET(2),
    /** destination = argument 0 + argument 1. */
    ADD(3),
    /** destination = the 32 bits, zero-extended, at address argument 0. */
    LOAD32(4),
    /** destination = the 64 bits at address argument 0. */
    LOAD64(5),
    /** The 32 bits at address argument 0 = argument 1. */
    STORE32(6),
    /** The 64 bits at address argument 0 = argument 1. */
    STORE64(7),
    /** Goes on at the target. */
    JUMP(8),
    /** Goes on at the target when argument 0 equals argument 1. */
    JEQ(9),
    /** Goes on at the target when argument 0 differs from argument 1. */
    JNE(10),
    /** Goes on at the target when argument 0 is less than argument 1, both signed. */
    JLT(11),
    /** Copies argument 2 bytes from address argument 1 to address argument 0; the ranges must not overlap. */
    COPY(12),
    /** Writes eax, ebx, ecx, edx of cpuid leaf argument 0, sub-leaf argument 1 to the 16 bytes at address argument 2. */
    CPUID(13);

    private final int value;

    OpCode(int value) {
        this.value = value;
    }

    /** The number that the interpreter knows the operation by. */
    public int value() {
        return value;
    }

    boolean writesRegister() {
        return switch (this) {
            case SYSCALL, SET, ADD, LOAD32, LOAD64 -> true;
            default -> false;
        };
    }

    boolean jumps() {
        return switch (this) {
            case JUMP, JEQ, JNE, JLT -> true;
            default -> false;
        };
    }
}
