package io.godwit.linux.machine;

import io.godwit.linux.Errno;
import io.godwit.linux.machine.Operand.Register;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds a {@link Program}. Each call gets a register of its own for the result, so a result stays readable until the end; there
 * is no limit but the arena.
 */
public final class Assembler {
    private static final int SLOT_ALIGNMENT_BYTES = 16;
    private static final int NO_REGISTER = 0;
    /** Generous for a plan with loops, short enough (some milliseconds) that a loop without end is noticed. */
    private static final long DEFAULT_BUDGET_INSTRUCTIONS = 10_000_000;

    private final List<Instruction> instructions = new ArrayList<>();
    private final List<DataItem> items = new ArrayList<>();
    private final List<DataSlot> slots = new ArrayList<>();
    private final Map<Integer, Mark> jumps = new LinkedHashMap<>();
    private int registers;
    private int dataBytes;
    private long budget = DEFAULT_BUDGET_INSTRUCTIONS;
    private Note note = Note.NONE;

    /** A fresh register; zero at the start of the program. */
    public Register register() {
        return new Register(registers++);
    }

    /** A slot with these bytes. */
    public DataSlot data(byte[] content) {
        return slot(new DataItem.Bytes(content.clone()));
    }

    /** A slot with this text in UTF-8 and a zero byte. */
    public DataSlot string(String text) {
        return slot(DataItem.Text.of(text));
    }

    /** A slot of zero bytes. */
    public DataSlot reserve(int bytes) {
        return slot(new DataItem.Reserved(bytes));
    }

    /** A slot of 64-bit words; constants and addresses, no registers. */
    public DataSlot words(Operand... words) {
        for (Operand word : words) {
            if (word instanceof Register) {
                throw new IllegalArgumentException(
                        "data is laid out before the program runs, so it cannot hold " + word);
            }
        }
        return slot(new DataItem.Words(List.of(words)));
    }

    /** Says what the following instructions do, e.g. "reopen /var/log/app.log for fd 5 of pid 4711"; clears the advice. */
    public Assembler label(String what) {
        note = new Note(what, "");
        return this;
    }

    /** Says what to do when an instruction up to the next label fails. */
    public Assembler advice(String what) {
        note = new Note(note.label(), what);
        return this;
    }

    /** How many instructions may run before the machine takes the program for an endless loop. */
    public Assembler budget(long instructionCount) {
        budget = instructionCount;
        return this;
    }

    /** A syscall that must succeed. */
    public Register call(int number, Operand... arguments) {
        return syscall(number, Expectation.success(), arguments);
    }

    /** A syscall with any result. */
    public Register callAny(int number, Operand... arguments) {
        return syscall(number, Expectation.any(), arguments);
    }

    /** A syscall that must return exactly this. */
    public Register callExpect(int number, long expected, Operand... arguments) {
        return syscall(number, Expectation.exactly(expected), arguments);
    }

    /** A syscall that must succeed or fail in this way. */
    public Register callOr(int number, Errno tolerated, Operand... arguments) {
        return syscall(number, Expectation.successOr(tolerated), arguments);
    }

    /** {@code destination = value}. */
    public void set(Register destination, Operand value) {
        emit(OpCode.SET, destination, value);
    }

    /** {@code destination = a + b}. */
    public void add(Register destination, Operand a, Operand b) {
        emit(OpCode.ADD, destination, a, b);
    }

    /** The 64 bits at this address. */
    public Register load64(Operand address) {
        Register result = register();
        emit(OpCode.LOAD64, result, address);
        return result;
    }

    /** The 32 bits at this address, zero-extended. */
    public Register load32(Operand address) {
        Register result = register();
        emit(OpCode.LOAD32, result, address);
        return result;
    }

    /** Writes 64 bits. */
    public void store64(Operand address, Operand value) {
        emit(OpCode.STORE64, address, value);
    }

    /** Writes the low 32 bits of the value. */
    public void store32(Operand address, Operand value) {
        emit(OpCode.STORE32, address, value);
    }

    /** Copies bytes between ranges that do not overlap. */
    public void copy(Operand destination, Operand source, Operand bytes) {
        emit(OpCode.COPY, destination, source, bytes);
    }

    /** Writes eax, ebx, ecx, edx to the 16 bytes at the address. */
    public void cpuid(Operand leaf, Operand subLeaf, Operand addressOf16Bytes) {
        emit(OpCode.CPUID, leaf, subLeaf, addressOf16Bytes);
    }

    /** A place to jump to, still to be {@linkplain #place placed}. */
    public Mark mark() {
        return new Mark();
    }

    /** Puts the mark before the next instruction. */
    public void place(Mark mark) {
        mark.place(instructions.size());
    }

    /** Goes on at the mark. */
    public void jump(Mark to) {
        emitJump(OpCode.JUMP, to);
    }

    /** Goes on at the mark when both are equal. */
    public void jumpIfEqual(Operand a, Operand b, Mark to) {
        emitJump(OpCode.JEQ, to, a, b);
    }

    /** Goes on at the mark when they differ. */
    public void jumpIfNotEqual(Operand a, Operand b, Mark to) {
        emitJump(OpCode.JNE, to, a, b);
    }

    /** Goes on at the mark when a is less than b, both signed. */
    public void jumpIfLess(Operand a, Operand b, Mark to) {
        emitJump(OpCode.JLT, to, a, b);
    }

    /** Ends the program here; the end of every program does so by itself. */
    public void stop() {
        emit(OpCode.STOP);
    }

    /** How many instructions there are so far. */
    public int length() {
        return instructions.size();
    }

    /** The program; the assembler can be added to and built again. */
    public Program build() {
        List<Instruction> resolved = new ArrayList<>(instructions);
        jumps.forEach((at, mark) -> resolved.set(at, resolved.get(at).jumpingTo(mark.position())));
        resolved.add(instruction(OpCode.STOP, 0, Expectation.any(), NO_REGISTER));
        return new Program(resolved, items, slots, registers, dataBytes, budget);
    }

    private DataSlot slot(DataItem item) {
        DataSlot slot = new DataSlot(slots.size(), dataBytes, item.size());
        int padded = Math.addExact(item.size(), SLOT_ALIGNMENT_BYTES - 1) & -SLOT_ALIGNMENT_BYTES;
        dataBytes = Math.addExact(dataBytes, padded);
        items.add(item);
        slots.add(slot);
        return slot;
    }

    private Register syscall(int number, Expectation expectation, Operand... arguments) {
        Register result = register();
        instructions.add(instruction(OpCode.SYSCALL, number, expectation, result.index(), arguments));
        return result;
    }

    private void emit(OpCode opCode, Register destination, Operand... arguments) {
        instructions.add(instruction(opCode, 0, Expectation.any(), destination.index(), arguments));
    }

    private void emit(OpCode opCode, Operand... arguments) {
        instructions.add(instruction(opCode, 0, Expectation.any(), NO_REGISTER, arguments));
    }

    private void emitJump(OpCode opCode, Mark to, Operand... arguments) {
        jumps.put(instructions.size(), to);
        emit(opCode, arguments);
    }

    private Instruction instruction(
            OpCode opCode, int number, Expectation expectation, int destination, Operand... arguments) {
        return new Instruction(opCode, number, expectation, destination, List.of(arguments), note);
    }
}
