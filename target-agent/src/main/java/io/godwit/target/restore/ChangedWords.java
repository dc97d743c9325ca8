package io.godwit.target.restore;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import java.io.IOException;

/** Words that are written to a task, many with one call; neighbours are one range, as each range has a price. Used by one thread. */
final class ChangedWords {
    private static final int MOST_BYTES = 4 * ProcessMemory.maxRanges() * Long.BYTES;

    private final ProcessMemory writer;
    private final long[] starts = new long[ProcessMemory.maxRanges()];
    private final long[] lengths = new long[ProcessMemory.maxRanges()];
    private final NativeMemory values = NativeMemory.allocate(MOST_BYTES);
    private int ranges;
    private int bytes;

    ChangedWords(ProcessMemory writer) {
        this.writer = writer;
    }

    /** Notes one to be written; many are written at once. */
    void add(long address, long value) throws IOException {
        if (bytes == MOST_BYTES || ranges == starts.length && !continues(address)) {
            write();
        }
        if (!continues(address)) {
            starts[ranges] = address;
            lengths[ranges] = 0;
            ranges++;
        }
        lengths[ranges - 1] += Long.BYTES;
        values.buffer().putLong(bytes, value);
        bytes += Long.BYTES;
    }

    private boolean continues(long address) {
        return ranges > 0 && address == starts[ranges - 1] + lengths[ranges - 1];
    }

    /** Writes what was added. */
    void write() throws IOException {
        if (ranges > 0) {
            writer.writeRanges(starts, lengths, ranges, values.address());
            ranges = 0;
            bytes = 0;
        }
    }
}
