package io.godwit.linux.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The general registers of a stopped x86-64 thread: struct user_regs_struct of sys/user.h. */
public final class Registers {
    /** Size of user_regs_struct in bytes. */
    public static final int SIZE = 27 * 8;

    private final long[] words;

    private Registers(long[] words) {
        this.words = words;
    }

    /** One register; the order is that of user_regs_struct. */
    public enum Name {
        R15,
        R14,
        R13,
        R12,
        RBP,
        RBX,
        R11,
        R10,
        R9,
        R8,
        RAX,
        RCX,
        RDX,
        RSI,
        RDI,
        ORIG_RAX,
        RIP,
        CS,
        EFLAGS,
        RSP,
        SS,
        FS_BASE,
        GS_BASE,
        DS,
        ES,
        FS,
        GS
    }

    /** All zero. */
    public static Registers zero() {
        return new Registers(new long[27]);
    }

    static Registers of(ByteBuffer buffer) {
        long[] words = new long[27];
        buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
        return new Registers(words);
    }

    void copyTo(ByteBuffer buffer) {
        buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(words);
    }

    public Registers copy() {
        return new Registers(words.clone());
    }

    public long get(Name name) {
        return words[name.ordinal()];
    }

    /** Sets one register and returns this. */
    public Registers set(Name name, long value) {
        words[name.ordinal()] = value;
        return this;
    }

    public long rip() {
        return get(Name.RIP);
    }

    public long rsp() {
        return get(Name.RSP);
    }

    public long rax() {
        return get(Name.RAX);
    }

    public long origRax() {
        return get(Name.ORIG_RAX);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Registers that && java.util.Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return String.format("rip=%x rsp=%x rax=%x orig_rax=%x", rip(), rsp(), rax(), origRax());
    }
}
