package io.godwit.linux.machine;

/**
 * Where things lie in an arena. A test compares these with what the C compiler says about {@code native/src/main/c/machine.h}.
 */
final class MachineLayout {
    static final int MAGIC = 0x54445747; // "GWDT"
    static final int VERSION = 1;
    static final int HEADER_BYTES = 80;
    static final int HEADER_MAGIC = 0;
    static final int HEADER_VERSION = 4;
    static final int HEADER_ARENA_ADDRESS = 8;
    static final int HEADER_SIZE = 16;
    static final int HEADER_BUDGET = 24;
    static final int HEADER_INSTRUCTION_COUNT = 32;
    static final int HEADER_REGISTER_COUNT = 36;
    static final int HEADER_INSTRUCTIONS_OFFSET = 40;
    static final int HEADER_REGISTERS_OFFSET = 44;
    static final int HEADER_STATUS = 48;
    static final int HEADER_PC = 52;
    static final int HEADER_FAILED_RESULT = 56;
    static final int HEADER_EXECUTED = 64;

    static final int INSTRUCTION_BYTES = 72;
    static final int INSTRUCTION_OPCODE = 0;
    static final int INSTRUCTION_EXPECTATION = 1;
    static final int INSTRUCTION_REGISTER_MASK = 2;
    static final int INSTRUCTION_DESTINATION = 4;
    static final int INSTRUCTION_NUMBER = 8;
    static final int INSTRUCTION_EXPECTED = 16;
    static final int INSTRUCTION_ARGUMENTS = 24;

    private static final int ALIGNMENT_BYTES = 16;

    private MachineLayout() {}

    static int align(int offset) {
        return Math.addExact(offset, ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }
}
