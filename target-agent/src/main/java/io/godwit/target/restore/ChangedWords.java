package io.godwit.target.restore;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import java.io.IOException;
import java.util.Arrays;

/** Words that are written to a task, many with one call. Used by one thread. */
final class ChangedWords {
    private final ProcessMemory writer;
    private final long[] addresses = new long[ProcessMemory.maxRanges()];
    private final long[] lengths = new long[ProcessMemory.maxRanges()];
    private final NativeMemory values = NativeMemory.allocate(ProcessMemory.maxRanges() * Long.BYTES);
    private int count;

    ChangedWords(ProcessMemory writer) {
        this.writer = writer;
        Arrays.fill(lengths, Long.BYTES);
    }

    /** Notes one to be written; many are written at once. */
    void add(long address, long value) throws IOException {
        if (count == addresses.length) {
            write();
        }
        addresses[count] = address;
        values.buffer().putLong(count * Long.BYTES, value);
        count++;
    }

    /** Writes what was added. */
    void write() throws IOException {
        if (count > 0) {
            writer.writeRanges(addresses, lengths, count, values.address());
            count = 0;
        }
    }
}
