package io.godwit.page.client;

/**
 * Where the bytes of memory went, so far.
 *
 * @param memoryBytes pages handed over
 * @param wireBytes written to the connection
 * @param zeroBytes of pages that hold only zeros
 * @param compressionBytes taken away by compression
 * @param parentBytes of pages that the target had already
 * @param blockedNanos for how long the sender waited for a connection to take more
 * @param pacedNanos of these, for how long it waited only because of the limit
 * @param unlimitedBytesPerSecond what would be sent without the limit; 0 where there is none, and until it is known
 */
public record TransferCounters(
        long memoryBytes,
        long wireBytes,
        long zeroBytes,
        long compressionBytes,
        long parentBytes,
        long blockedNanos,
        long pacedNanos,
        long unlimitedBytesPerSecond) {}
