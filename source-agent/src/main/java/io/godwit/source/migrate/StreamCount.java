package io.godwit.source.migrate;

import io.godwit.source.options.MigrationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How many connections carry the pages of a migration where the user does not say it: as many as this host and the link can make use of. */
final class StreamCount {
    /** One thread reads the memory for all of them, and feeds no more. */
    private static final int MOST = 4;

    /** A connection keeps about two processors of each host busy: one reads or writes memory, one the socket. */
    private static final int PROCESSORS_FOR_EACH = 2;

    /** So much goes through one. */
    private static final long BITS_FOR_EACH = 8_000_000_000L;

    private static final long BITS_OF_A_MEGABIT = 1_000_000;

    private StreamCount() {}

    static int of(MigrationOptions options) {
        if (options.streams() > 0) {
            return options.streams();
        }
        if (options.viaImages()) {
            return 1;
        }
        int processors = Runtime.getRuntime().availableProcessors();
        if (fitting(processors, Long.MAX_VALUE) == 1) {
            return 1;
        }
        OptionalLong link = linkTo(options.target().host(), options.target().port());
        return fitting(processors, link.orElse(Long.MAX_VALUE));
    }

    /** @param bitsPerSecond of the link */
    static int fitting(int processors, long bitsPerSecond) {
        long forLink = bitsPerSecond / BITS_FOR_EACH + (bitsPerSecond % BITS_FOR_EACH > 0 ? 1 : 0);
        long forProcessors = processors / PROCESSORS_FOR_EACH;
        return (int) Math.max(1, Math.min(MOST, Math.min(forLink, forProcessors)));
    }

    /** What the interface can carry, in bits per second, by which packets to a host leave; empty if nobody knows, as of many that are virtual. */
    private static OptionalLong linkTo(String host, int port) {
        try (DatagramSocket probe = new DatagramSocket()) {
            // sends nothing
            probe.connect(new InetSocketAddress(host, port));
            NetworkInterface leaving = NetworkInterface.getByInetAddress(probe.getLocalAddress());
            return leaving == null
                    ? OptionalLong.empty()
                    : speedIn(Path.of("/sys/class/net", leaving.getName(), "speed"));
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            // whether the host can be reached is told by who connects to it
            return OptionalLong.empty();
        }
    }

    /** A file of the kernel that tells megabits, or -1, or can not be read, when it does not know. */
    static OptionalLong speedIn(Path file) {
        try {
            long megabits = Long.parseLong(Files.readString(file).strip());
            return megabits > 0 ? OptionalLong.of(megabits * BITS_OF_A_MEGABIT) : OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
