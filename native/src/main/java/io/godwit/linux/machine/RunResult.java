package io.godwit.linux.machine;

import io.godwit.linux.machine.Operand.Register;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** What a program left in its arena. */
public final class RunResult {
    private final Program program;
    private final ByteBuffer arena;

    private final List<Integer> children;

    private RunResult(Program program, ByteBuffer arena, List<Integer> children) {
        this.program = program;
        this.arena = arena;
        this.children = List.copyOf(children);
    }

    /**
     * Reads the arena, of at least the program's size, after the program ran.
     *
     * @throws MachineException when the program did not run to its end, in the words of the failed instruction's label
     */
    public static RunResult decode(Program program, byte[] arena) throws MachineException {
        return decode(program, arena, List.of());
    }

    static RunResult decode(Program program, byte[] arena, List<Integer> children) throws MachineException {
        ByteBuffer bytes = ByteBuffer.wrap(arena).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(MachineLayout.HEADER_STATUS) != MachineStatus.DONE.value()) {
            throw MachineException.failed(program, bytes);
        }
        return new RunResult(program, bytes, children);
    }

    /** The last value of the register: for a syscall its raw result, {@code -errno} on failure. */
    public long value(Register register) {
        if (register.index() >= program.registerCount()) {
            throw new IllegalArgumentException(register + " is not of this program");
        }
        return arena.getLong(program.registersOffset() + register.index() * Long.BYTES);
    }

    /** The bytes of the slot, little endian, position zero. */
    public ByteBuffer data(DataSlot slot) {
        return arena.slice(program.dataOffset() + slot.offset(), slot.size()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The children that the program made, processes and threads in the order of their making, when the tracee has the options to
     * trace them. Each is attached to the tracer and stops before its first instruction.
     */
    public List<Integer> children() {
        return children;
    }
}
