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

    TransferCounters snapshot(Streams streams) {
        return new TransferCounters(
                memoryBytes,
                streams.bytesWritten(),
                zeroBytes,
                compressionBytes,
                parentBytes,
                streams.blockedNanos(),
                streams.pacedNanos(),
                streams.unlimitedBytesPerSecond());
    }
}
