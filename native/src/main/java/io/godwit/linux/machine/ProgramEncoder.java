package io.godwit.linux.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Lays a program out for one arena address; addresses of data become constants here. */
final class ProgramEncoder {
    private final Program program;
    private final long arenaAddress;
    private final ByteBuffer out;

    ProgramEncoder(Program program, long arenaAddress) {
        if (arenaAddress % Long.BYTES != 0) {
            throw new IllegalArgumentException("the arena at 0x" + Long.toHexString(arenaAddress) + " is not aligned");
        }
        this.program = program;
        this.arenaAddress = arenaAddress;
        this.out = ByteBuffer.allocate(program.size()).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] encode() {
        header();
        List<Instruction> instructions = program.instructions();
        for (int pc = 0; pc < instructions.size(); pc++) {
            instruction(MachineLayout.HEADER_BYTES + pc * MachineLayout.INSTRUCTION_BYTES, instructions.get(pc));
        }
        for (DataSlot slot : program.slots()) {
            out.position(program.dataOffset() + slot.offset());
            program.items().get(slot.index()).write(out, this::value);
        }
        return out.array();
    }

    private void header() {
        out.putInt(MachineLayout.HEADER_MAGIC, MachineLayout.MAGIC);
        out.putInt(MachineLayout.HEADER_VERSION, MachineLayout.VERSION);
        out.putLong(MachineLayout.HEADER_ARENA_ADDRESS, arenaAddress);
        out.putLong(MachineLayout.HEADER_SIZE, program.size());
        out.putLong(MachineLayout.HEADER_BUDGET, program.budget());
        out.putInt(
                MachineLayout.HEADER_INSTRUCTION_COUNT, program.instructions().size());
        out.putInt(MachineLayout.HEADER_REGISTER_COUNT, program.registerCount());
        out.putInt(MachineLayout.HEADER_INSTRUCTIONS_OFFSET, MachineLayout.HEADER_BYTES);
        out.putInt(MachineLayout.HEADER_REGISTERS_OFFSET, program.registersOffset());
    }

    private void instruction(int at, Instruction instruction) {
        out.put(at + MachineLayout.INSTRUCTION_OPCODE, (byte)
                instruction.opCode().value());
        out.put(at + MachineLayout.INSTRUCTION_EXPECTATION, (byte)
                instruction.expectation().kind().value());
        out.putInt(at + MachineLayout.INSTRUCTION_DESTINATION, instruction.destination());
        out.putInt(at + MachineLayout.INSTRUCTION_NUMBER, instruction.number());
        out.putLong(
                at + MachineLayout.INSTRUCTION_EXPECTED,
                instruction.expectation().value());
        int mask = 0;
        int argumentAt = at + MachineLayout.INSTRUCTION_ARGUMENTS;
        for (int i = 0; i < instruction.arguments().size(); i++) {
            Operand argument = instruction.arguments().get(i);
            mask |= argument instanceof Operand.Register ? 1 << i : 0;
            out.putLong(argumentAt + i * Long.BYTES, value(argument));
        }
        out.put(at + MachineLayout.INSTRUCTION_REGISTER_MASK, (byte) mask);
    }

    private long value(Operand operand) {
        if (operand instanceof Operand.Immediate immediate) {
            return immediate.value();
        }
        if (operand instanceof Operand.Register register) {
            return register.index();
        }
        Operand.Address address = (Operand.Address) operand;
        return program.address(address.slot(), arenaAddress) + address.offset();
    }
}
