package io.godwit.linux.machine;

/**
 * Where the machine lies in an address space: its code, then for each slot a stack and an arena. Slot 0 has a large arena, for the
 * programs of a whole process; the others are for threads that run small programs at the same time. The memory is committed only
 * where it is touched.
 *
 * @param start first address, a multiple of the page size
 * @param threadSlots the number of slots besides slot 0
 */
public record MachineRegion(long start, int threadSlots) {
    /** The link of the blob refuses to grow beyond it. */
    static final int TEXT_BYTES = 8 * 1024;

    static final int STACK_BYTES = 16 * 1024;
    static final int PROCESS_ARENA_BYTES = 16 * 1024 * 1024;
    static final int THREAD_ARENA_BYTES = 256 * 1024;

    /** How much address space a machine takes. */
    public static long bytes(int threadSlots) {
        return TEXT_BYTES + STACK_BYTES + PROCESS_ARENA_BYTES + threadSlots * (long) (STACK_BYTES + THREAD_ARENA_BYTES);
    }

    /** How much address space this one takes. */
    public long bytes() {
        return bytes(threadSlots);
    }

    /** The address after the last byte. */
    public long end() {
        return start + bytes();
    }

    /** The top of the slot's stack, which is where its arena begins. */
    public long arena(int slot) {
        if (slot < 0 || slot > threadSlots) {
            throw new IllegalArgumentException("the machine has slots 0 to " + threadSlots + ", not " + slot);
        }
        long first = start + TEXT_BYTES + STACK_BYTES;
        return slot == 0
                ? first
                : first + PROCESS_ARENA_BYTES + STACK_BYTES + (slot - 1) * (long) (STACK_BYTES + THREAD_ARENA_BYTES);
    }

    /** How large a program the slot takes. */
    public int arenaBytes(int slot) {
        return slot == 0 ? PROCESS_ARENA_BYTES : THREAD_ARENA_BYTES;
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(start) + "-0x" + Long.toHexString(end());
    }
}
