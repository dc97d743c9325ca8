package io.godwit.linux.machine;

import java.util.List;

/**
 * A finished program, a value: it can be listed, compared as a listing, and encoded for any arena.
 *
 * <p>In the arena it is a header, the instructions, the registers and the data, in this order (see {@link MachineLayout}).
 */
public final class Program {
    private static final int LARGE_BYTES = 64 * 1024;

    private final List<Instruction> instructions;
    private final List<DataItem> items;
    private final List<DataSlot> slots;
    private final int registerCount;
    private final int dataBytes;
    private final long budget;
    /** Null if it is large: then it is not held twice. */
    private final ProgramEncoder.Layout layout;

    Program(
            List<Instruction> instructions,
            List<DataItem> items,
            List<DataSlot> slots,
            int registerCount,
            int dataBytes,
            long budget) {
        this.instructions = List.copyOf(instructions);
        this.items = List.copyOf(items);
        this.slots = List.copyOf(slots);
        this.registerCount = registerCount;
        this.dataBytes = dataBytes;
        this.budget = budget;
        this.layout = size() <= LARGE_BYTES ? ProgramEncoder.layout(this) : null;
    }

    /** The instructions; the last one is STOP. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** Whether it does nothing but stop. */
    public boolean isEmpty() {
        return instructions.size() <= 1;
    }

    /** The bytes to put at {@code arenaAddress}, a multiple of 16. */
    public byte[] encode(long arenaAddress) {
        return (layout == null ? ProgramEncoder.layout(this) : layout).at(arenaAddress);
    }

    /** The number of bytes that it takes in the arena. */
    public int size() {
        return Math.addExact(dataOffset(), dataBytes);
    }

    /** The listing: what each instruction does, under its label, and the data. */
    @Override
    public String toString() {
        return new Listing(this).text();
    }

    /** Where a byte of data lies when the program is encoded for this arena. */
    long address(DataSlot slot, long arenaAddress) {
        return arenaAddress + dataOffset() + slot.offset();
    }

    int registersOffset() {
        return Math.addExact(
                MachineLayout.HEADER_BYTES, Math.multiplyExact(instructions.size(), MachineLayout.INSTRUCTION_BYTES));
    }

    int dataOffset() {
        return MachineLayout.align(Math.addExact(registersOffset(), Math.multiplyExact(registerCount, Long.BYTES)));
    }

    List<DataItem> items() {
        return items;
    }

    List<DataSlot> slots() {
        return slots;
    }

    int registerCount() {
        return registerCount;
    }

    long budget() {
        return budget;
    }
}
