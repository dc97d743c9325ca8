package io.godwit.linux;

import java.nio.charset.StandardCharsets;

/**
 * Memory that a thread has for the arguments of the one system call that it makes just now. Memory from
 * {@link NativeMemory#allocate} is given back only when the collector runs, so each piece is a fresh one whose pages the kernel
 * must clear first; that takes longer than most calls, and in a freeze there are thousands of them.
 *
 * <p>What lies in it is good until the thread asks for the same part again: it is to be used by the code that makes the call, and
 * never to be kept or passed on.
 */
public final class Scratch {
    /** PATH_MAX (limits.h), its NUL included. */
    private static final int PATH_BYTES = 4096;

    private static final int DATA_BYTES = 32 * 1024;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    private final NativeMemory path = NativeMemory.allocate(PATH_BYTES);
    private final NativeMemory data = NativeMemory.allocate(DATA_BYTES);

    private Scratch() {}

    /** The address of a path, NUL-terminated. */
    public static long path(String text) throws LinuxException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PATH_BYTES) {
            throw new LinuxException("use", text, Errno.ENAMETOOLONG);
        }
        NativeMemory memory = OWN.get().path;
        memory.buffer().put(0, bytes).put(bytes.length, (byte) 0);
        return memory.address();
    }

    /** Room for data, not cleared: of the thread's own if that is enough. */
    public static NativeMemory data(int bytes) {
        return bytes <= DATA_BYTES ? OWN.get().data : NativeMemory.allocate(bytes);
    }

    /** A copy of bytes. */
    public static NativeMemory of(byte[] bytes) {
        NativeMemory memory = data(bytes.length);
        memory.buffer().put(0, bytes);
        return memory;
    }
}
