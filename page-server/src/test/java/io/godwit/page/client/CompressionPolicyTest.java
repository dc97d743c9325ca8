package io.godwit.page.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.page.protocol.Encoding;
import org.junit.jupiter.api.Test;

/** Streams in a made-up world: a source, a compressor and a link of given speeds, with a buffer between them. */
class CompressionPolicyTest {
    private static final int CHUNK = 256 << 10;
    private static final long BUFFER_BYTES = 8 << 20;
    private static final long MIB = 1 << 20;

    private final CompressionPolicy policy = new CompressionPolicy();
    /** All speeds in nanoseconds for a byte. */
    private double source = 0.3;

    private double lz4 = 0.8;
    private double zstd = 4;
    private double link = 1;
    /** What compressing costs the link, as where both have one processor. */
    private double contention;

    private double zstdContention;

    private double lz4Ratio = 0.5;
    private double zstdRatio = 0.48;
    private double now;
    private double linkFreeAt;
    private double blocked;
    private double carrying;
    /** The target is as slow as the link is told to be, and the link is not. */
    private boolean target;

    private long memory;
    private long wire;

    private void chunk() {
        Encoding encoding = policy.next();
        boolean compress = encoding != Encoding.PLAIN;
        now += CHUNK * source;
        int sent = CHUNK;
        if (compress) {
            double nanosPerByte = encoding == Encoding.LZ4 ? lz4 : zstd;
            now += CHUNK * nanosPerByte;
            sent = (int) (CHUNK * (encoding == Encoding.LZ4 ? lz4Ratio : zstdRatio));
            policy.compressed(encoding, CHUNK, sent, (long) (CHUNK * nanosPerByte));
        }
        double room = linkFreeAt - BUFFER_BYTES * link;
        if (room > now) {
            blocked += room - now;
            now = room;
        }
        linkFreeAt = Math.max(linkFreeAt, now)
                + sent * link
                + (compress ? CHUNK * contention : 0)
                + (encoding == Encoding.ZSTD ? CHUNK * zstdContention : 0);
        memory += CHUNK;
        wire += sent;
        carrying += target ? 0 : sent * link;
        long carryingSoFar = (long) carrying;
        policy.sent(CHUNK, sent, (long) now, (long) blocked, () -> carryingSoFar);
    }

    /** Nanoseconds for a byte of memory. */
    private double stream(long bytes) {
        double from = now;
        for (long at = 0; at < bytes; at += CHUNK) {
            chunk();
        }
        return (now - from) / bytes;
    }

    private double wireShare() {
        return (double) wire / memory;
    }

    @Test
    void aSlowLinkAndMemoryThatShrinksAreCompressed() {
        link = 8;
        double nanosPerByte = stream(512 * MIB);
        assertThat(policy.current()).isNotEqualTo(Encoding.PLAIN);
        assertThat(nanosPerByte).isLessThan(8 * 0.62);
        assertThat(wireShare()).isLessThan(0.6);
    }

    @Test
    void onAVerySlowLinkItIsFoundOutWithinSeconds() {
        link = 80;
        stream(40 * MIB);
        assertThat(policy.current()).isNotEqualTo(Encoding.PLAIN);
        assertThat(now).isLessThan(3e9);
    }

    @Test
    void memoryThatDoesNotShrinkIsSentAsItIs() {
        link = 8;
        lz4Ratio = 1;
        zstdRatio = 1;
        lz4 = 0.05;
        assertThat(stream(512 * MIB)).isLessThan(8 * 1.01);
        assertThat(policy.current()).isEqualTo(Encoding.PLAIN);
    }

    @Test
    void aLinkThatIsFasterThanTheCompressorIsLeftAlone() {
        link = 0.4;
        assertThat(stream(4096 * MIB)).isLessThan(0.4 * 1.04);
        assertThat(wireShare()).isGreaterThan(0.98);
    }

    @Test
    void aLinkThatNeverMakesTheSourceWaitIsLeftAlone() {
        link = 0.2;
        source = 2;
        assertThat(stream(1024 * MIB)).isLessThan(2 * 1.04);
        assertThat(wireShare()).isGreaterThan(0.98);
    }

    @Test
    void aTargetThatIsSlowIsNotTakenForASlowLink() {
        link = 8;
        target = true;
        stream(512 * MIB);
        assertThat(policy.current()).isEqualTo(Encoding.PLAIN);
        assertThat(wireShare()).isGreaterThan(0.98);
    }

    @Test
    void whereThePromiseIsNotKeptTheTrialsAreFewAndCostLittle() {
        link = 1.4;
        lz4 = 0.5;
        contention = 1.1;
        double nanosPerByte = stream(4096 * MIB);
        assertThat(wireShare()).as("it was tried").isBetween(0.9, 0.985);
        assertThat(nanosPerByte).isLessThan(1.4 * 1.04);
    }

    @Test
    void whenTheLinkBecomesFastItIsSwitchedOff() {
        link = 8;
        stream(512 * MIB);
        link = 0.3;
        lz4 = 2;
        stream(2048 * MIB);
        assertThat(policy.current()).isEqualTo(Encoding.PLAIN);
    }

    @Test
    void whenTheMemoryStopsToShrinkAlmostNothingIsLost() {
        link = 8;
        stream(512 * MIB);
        lz4Ratio = 1;
        zstdRatio = 1;
        lz4 = 0.05;
        assertThat(stream(1024 * MIB)).isLessThan(8 * 1.02);
    }

    @Test
    void whenTheLinkBecomesSlowItIsSwitchedOn() {
        link = 0.3;
        stream(1024 * MIB);
        link = 8;
        stream(512 * MIB);
        assertThat(policy.current()).isNotEqualTo(Encoding.PLAIN);
    }

    @Test
    void theTimeBetweenTwoRoundsIsNotTakenForASlowLink() {
        link = 0.3;
        for (int round = 0; round < 50; round++) {
            policy.interrupted();
            now += 1e9;
            stream(8 * MIB);
        }
        assertThat(policy.current()).isEqualTo(Encoding.PLAIN);
    }

    @Test
    void whatShrinksMuchMoreByZstdIsSentSoOnASlowLink() {
        link = 80;
        zstdRatio = 0.3;
        stream(64 * MIB);
        assertThat(policy.current()).isEqualTo(Encoding.ZSTD);
        assertThat(stream(512 * MIB)).isLessThan(80 * 0.34);
    }

    @Test
    void zstdIsNotTakenWhereItsProcessorTimeIsWhatLimits() {
        link = 4;
        zstdRatio = 0.3;
        double nanosPerByte = stream(1024 * MIB);
        assertThat(policy.current()).isEqualTo(Encoding.LZ4);
        assertThat(nanosPerByte).isLessThan(4 * 0.55);
    }

    @Test
    void zstdIsNotEvenSampledOnAFastLink() {
        link = 0.4;
        zstd = 1_000;
        assertThat(stream(4096 * MIB)).isLessThan(0.4 * 1.04);
    }

    @Test
    void aZstdThatDoesNotKeepItsPromiseGivesWayToLz4() {
        link = 8;
        zstdRatio = 0.3;
        zstd = 2;
        zstdContention = 6;
        double nanosPerByte = stream(4096 * MIB);
        assertThat(policy.current()).isEqualTo(Encoding.LZ4);
        assertThat(nanosPerByte).isLessThan(8 * 0.65);
    }

    @Test
    void lookingWhatPlainWouldGiveCostsLittleOverAnHour() {
        link = 80;
        zstdRatio = 0.3;
        stream(256 * MIB);
        assertThat(stream(16_384 * MIB)).isLessThan(80 * 0.32);
    }
}
