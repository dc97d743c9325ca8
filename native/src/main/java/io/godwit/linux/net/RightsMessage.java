package io.godwit.linux.net;

import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import java.nio.ByteBuffer;

/** The argument of sendmsg(2) and recvmsg(2) for some bytes and one descriptor (SCM_RIGHTS of unix(7)). */
final class RightsMessage {
    private static final int SCM_RIGHTS = 1;
    /** struct msghdr, struct iovec, struct cmsghdr with one descriptor, and the bytes that go with it. */
    private static final int IOVEC_AT = 56;

    private static final int CONTROL_AT = 72;
    private static final int CONTROL_LENGTH = 20;
    private static final int CONTROL_SPACE = 24;
    private static final int BYTES_AT = 96;

    private static final int IOVECS_AT = 16;
    private static final int IOVEC_COUNT_AT = 24;
    private static final int CONTROL_POINTER_AT = 32;
    private static final int CONTROL_LENGTH_AT = 40;
    private static final int DESCRIPTOR_AT = CONTROL_AT + 16;

    private final NativeMemory memory;
    private final int size;

    /** @param size how many bytes there is room for */
    RightsMessage(int size) {
        this.size = size;
        this.memory = NativeMemory.allocate(BYTES_AT + size);
    }

    /** Where the bytes are. */
    long bytesAddress() {
        return memory.address() + BYTES_AT;
    }

    ByteBuffer bytes() {
        return memory.buffer().slice(BYTES_AT, size).order(memory.buffer().order());
    }

    /** To send so many of the bytes with a descriptor. */
    long sending(int count, Fd passed) {
        prepare(count);
        memory.buffer().putInt(DESCRIPTOR_AT, passed.number());
        return memory.address();
    }

    /** To receive so many bytes, and no more than one descriptor: with the padding there would be room for a second one, which nobody would close. */
    long receiving(int count) {
        prepare(count);
        memory.buffer().putLong(CONTROL_LENGTH_AT, CONTROL_LENGTH);
        return memory.address();
    }

    /** As {@link NativeMemory#during}. */
    long during(long result) {
        return memory.during(result);
    }

    /** Whether a descriptor came. */
    boolean hasDescriptor() {
        return memory.buffer().getLong(CONTROL_LENGTH_AT) >= CONTROL_LENGTH;
    }

    Fd descriptor() {
        return Fd.of(memory.buffer().getInt(DESCRIPTOR_AT));
    }

    private void prepare(int count) {
        ByteBuffer m = memory.buffer();
        for (int at = 0; at < BYTES_AT; at += Long.BYTES) {
            m.putLong(at, 0);
        }
        m.putLong(IOVECS_AT, memory.address() + IOVEC_AT);
        m.putLong(IOVEC_COUNT_AT, 1);
        m.putLong(CONTROL_POINTER_AT, memory.address() + CONTROL_AT);
        m.putLong(CONTROL_LENGTH_AT, CONTROL_SPACE);
        m.putLong(IOVEC_AT, bytesAddress());
        m.putLong(IOVEC_AT + Long.BYTES, count);
        m.putLong(CONTROL_AT, CONTROL_LENGTH);
        m.putInt(CONTROL_AT + 8, Sockets.SOL_SOCKET);
        m.putInt(CONTROL_AT + 12, SCM_RIGHTS);
    }
}
