package io.godwit.linux;

import java.nio.ByteBuffer;
import java.util.List;

/** poll(2) of several descriptors for what can be read. */
public final class Poll {
    private static final int ENTRY_BYTES = 8;
    private static final int EVENTS_AT = 4;
    private static final int RETURNED_AT = 6;
    private static final short POLLIN = 1;

    private NativeMemory entries = NativeMemory.allocate(ENTRY_BYTES);

    /**
     * Waits until one of them can be read, or has ended.
     *
     * @param millis how long, -1 for as long as it takes
     * @return for each whether it is so
     */
    public boolean[] await(List<Fd> descriptors, int millis) throws LinuxException {
        int count = descriptors.size();
        if (entries.size() < count * ENTRY_BYTES) {
            entries = NativeMemory.allocate(2 * count * ENTRY_BYTES);
        }
        ByteBuffer buffer = entries.buffer();
        for (int i = 0; i < count; i++) {
            buffer.putInt(i * ENTRY_BYTES, descriptors.get(i).number());
            buffer.putShort(i * ENTRY_BYTES + EVENTS_AT, POLLIN);
            buffer.putShort(i * ENTRY_BYTES + RETURNED_AT, (short) 0);
        }
        long result;
        do {
            result = Kernel.syscall(Syscall.POLL, entries.address(), count, millis);
        } while (result == -Errno.EINTR.value());
        Kernel.check(result, "poll", count + " descriptors");
        boolean[] ready = new boolean[count];
        for (int i = 0; i < count; i++) {
            ready[i] = buffer.getShort(i * ENTRY_BYTES + RETURNED_AT) != 0;
        }
        return ready;
    }
}
