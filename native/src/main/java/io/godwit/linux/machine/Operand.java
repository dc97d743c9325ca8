package io.godwit.linux.machine;

/** What an instruction works on: a constant, a register of the machine, or an address in the data of its program. */
public sealed interface Operand {
    /** A constant of 64 bits. */
    record Immediate(long value) implements Operand {
        @Override
        public String toString() {
            return value > -0x10000 && value < 0x10000 ? Long.toString(value) : "0x" + Long.toHexString(value);
        }
    }

    /** A register; every program has as many as it asked for, all zero at its start. */
    record Register(int index) implements Operand {
        @Override
        public String toString() {
            return "r" + index;
        }
    }

    /** The address of a byte in the program's data; it becomes a constant when the program is encoded for an arena. */
    record Address(DataSlot slot, int offset) implements Operand {
        /** Refuses an address outside its slot; one past the end is allowed. */
        public Address {
            if (offset < 0 || offset > slot.size()) {
                throw new IllegalArgumentException(
                        "offset " + offset + " is outside " + slot + " of " + slot.size() + " bytes");
            }
        }

        @Override
        public String toString() {
            return "&" + slot + (offset == 0 ? "" : "+" + offset);
        }
    }

    /** A constant. */
    static Operand imm(long value) {
        return new Immediate(value);
    }
}
