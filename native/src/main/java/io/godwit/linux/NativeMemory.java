package io.godwit.linux;

import com.kenai.jffi.MemoryIO;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Zeroed memory outside the heap, for arguments of system calls: an address and a little-endian view. */
public final class NativeMemory {
    private final ByteBuffer buffer;
    private final long address;

    private NativeMemory(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
        this.address = addressOf(buffer);
    }

    /** Memory of a size in bytes, freed when it is no longer reachable. */
    public static NativeMemory allocate(int bytes) {
        return new NativeMemory(ByteBuffer.allocateDirect(bytes));
    }

    /** A NUL-terminated path or name. */
    public static NativeMemory string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        NativeMemory memory = allocate(bytes.length + 1);
        memory.buffer.put(0, bytes);
        return memory;
    }

    /** A copy of bytes. */
    public static NativeMemory of(byte[] bytes) {
        NativeMemory memory = allocate(Math.max(1, bytes.length));
        memory.buffer.put(0, bytes);
        return memory;
    }

    /** The address of a direct buffer's first byte (index 0, wherever its position is). */
    public static long addressOf(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }

    public long address() {
        return address;
    }

    /**
     * Passes a call's result through, and by being called keeps this memory from being freed before the
     * call returned: {@code name.during(Kernel.syscall(..., name.address()))}. Needed where nothing reads
     * the memory after the call, since an address alone does not keep it.
     */
    public long during(long result) {
        Reference.reachabilityFence(this);
        return result;
    }

    /** The whole memory; the same view at each call, so use absolute positions. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public int size() {
        return buffer.capacity();
    }

    /** A copy of a part. */
    public byte[] bytes(int offset, int length) {
        byte[] copy = new byte[length];
        buffer.get(offset, copy);
        return copy;
    }
}
