package io.godwit.source.report;

/**
 * Where the bytes of memory went.
 *
 * @param memoryBytes pages that the rounds handed over, in bytes
 * @param wireBytes what really went over the wire
 * @param savedByZero bytes of pages that hold only zeros
 * @param savedByCompression bytes that compression took away
 * @param savedByParent bytes of pages that the target had already
 */
public record Traffic(
        long memoryBytes, long wireBytes, long savedByZero, long savedByCompression, long savedByParent) {}
