package io.godwit.linux.machine;

import java.util.Arrays;
import java.util.List;

/**
 * Lays a program out, as if its arena began at address 0; what is an address of data is moved to where the arena is. So a program that runs
 * in many tasks is laid out once, and not at the moment when it is to run.
 */
final class ProgramEncoder {
    private final Program program;
    private final byte[] out;
    /** Where words are that are addresses. */
    private int[] addresses = new int[16];

    private int count;

    private ProgramEncoder(Program program) {
        this.program = program;
        this.out = new byte[program.size()];
    }

    /** A program laid out. */
    record Layout(byte[] bytes, int[] addresses) {
        /** The bytes for an arena. */
        byte[] at(long arenaAddress) {
            if (arenaAddress % Long.BYTES != 0) {
                throw new IllegalArgumentException(
                        "the arena at 0x" + Long.toHexString(arenaAddress) + " is not aligned");
            }
            byte[] moved = bytes.clone();
            putLong(moved, MachineLayout.HEADER_ARENA_ADDRESS, arenaAddress);
            for (int at : addresses) {
                putLong(moved, at, arenaAddress + getLong(moved, at));
            }
            return moved;
        }
    }

    static Layout layout(Program program) {
        return new ProgramEncoder(program).layout();
    }

    private Layout layout() {
        header();
        List<Instruction> instructions = program.instructions();
        for (int pc = 0; pc < instructions.size(); pc++) {
            instruction(MachineLayout.HEADER_BYTES + pc * MachineLayout.INSTRUCTION_BYTES, instructions.get(pc));
        }
        for (DataSlot slot : program.slots()) {
            data(program.dataOffset() + slot.offset(), program.items().get(slot.index()));
        }
        return new Layout(out, Arrays.copyOf(addresses, count));
    }

    private void header() {
        putInt(MachineLayout.HEADER_MAGIC, MachineLayout.MAGIC);
        putInt(MachineLayout.HEADER_VERSION, MachineLayout.VERSION);
        putLong(out, MachineLayout.HEADER_SIZE, program.size());
        putLong(out, MachineLayout.HEADER_BUDGET, program.budget());
        putInt(MachineLayout.HEADER_INSTRUCTION_COUNT, program.instructions().size());
        putInt(MachineLayout.HEADER_REGISTER_COUNT, program.registerCount());
        putInt(MachineLayout.HEADER_INSTRUCTIONS_OFFSET, MachineLayout.HEADER_BYTES);
        putInt(MachineLayout.HEADER_REGISTERS_OFFSET, program.registersOffset());
    }

    private void instruction(int at, Instruction instruction) {
        out[at + MachineLayout.INSTRUCTION_OPCODE] = (byte) instruction.opCode().value();
        out[at + MachineLayout.INSTRUCTION_EXPECTATION] =
                (byte) instruction.expectation().kind().value();
        putInt(at + MachineLayout.INSTRUCTION_DESTINATION, instruction.destination());
        putInt(at + MachineLayout.INSTRUCTION_NUMBER, instruction.number());
        putLong(
                out,
                at + MachineLayout.INSTRUCTION_EXPECTED,
                instruction.expectation().value());
        int mask = 0;
        List<Operand> arguments = instruction.arguments();
        int given = arguments.size();
        for (int i = 0; i < given; i++) {
            Operand argument = arguments.get(i);
            mask |= argument instanceof Operand.Register ? 1 << i : 0;
            operand(at + MachineLayout.INSTRUCTION_ARGUMENTS + i * Long.BYTES, argument);
        }
        out[at + MachineLayout.INSTRUCTION_REGISTER_MASK] = (byte) mask;
    }

    private void data(int at, DataItem item) {
        if (item instanceof DataItem.Words words) {
            for (int i = 0; i < words.words().size(); i++) {
                operand(at + i * Long.BYTES, words.words().get(i));
            }
        } else {
            System.arraycopy(item.content(), 0, out, at, item.content().length);
        }
    }

    private void operand(int at, Operand operand) {
        if (operand instanceof Operand.Immediate immediate) {
            putLong(out, at, immediate.value());
        } else if (operand instanceof Operand.Register register) {
            putLong(out, at, register.index());
        } else {
            Operand.Address address = (Operand.Address) operand;
            putLong(out, at, program.address(address.slot(), 0) + address.offset());
            if (count == addresses.length) {
                addresses = Arrays.copyOf(addresses, 2 * count);
            }
            addresses[count++] = at;
        }
    }

    private void putInt(int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            out[at + i] = (byte) (value >>> 8 * i);
        }
    }

    private static void putLong(byte[] out, int at, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            out[at + i] = (byte) (value >>> 8 * i);
        }
    }

    private static long getLong(byte[] from, int at) {
        long value = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            value = value << 8 | from[at + i] & 0xff;
        }
        return value;
    }
}
