package io.godwit.page.client;

/** Counts while pages are sent. */
final class PageCounters {
    private long memoryBytes;
    private long zeroBytes;
    private long compressionBytes;
    private long parentBytes;

    void data(long bytes) {
        memoryBytes += bytes;
    }

    void zero(long bytes) {
        zeroBytes += bytes;
    }

    void compressed(long saved) {
        compressionBytes += saved;
    }

    void parent(long bytes) {
        parentBytes += bytes;
    }

    TransferCounters snapshot(long wireBytes, long blockedNanos) {
        return new TransferCounters(memoryBytes, wireBytes, zeroBytes, compressionBytes, parentBytes, blockedNanos);
    }
}
