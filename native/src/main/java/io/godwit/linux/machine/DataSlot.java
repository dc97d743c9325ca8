package io.godwit.linux.machine;

/**
 * A piece of a program's data: {@code size} bytes at {@code offset} from the start of the data. Slots are aligned to 16 bytes.
 */
public record DataSlot(int index, int offset, int size) {
    /** The address of the first byte. */
    public Operand.Address address() {
        return at(0);
    }

    /** The address of the byte at {@code offset} in this slot. */
    public Operand.Address at(int offset) {
        return new Operand.Address(this, offset);
    }

    @Override
    public String toString() {
        return "d" + index;
    }
}
