package io.godwit.criu.options;

import java.util.List;

/**
 * How some things are done, where Godwit has one way only.
 *
 * @param networkLock how connections are kept from talking: iptables, nftables or skip
 */
public record Means(String networkLock) {
    private static final List<String> LOCKS = List.of("iptables", "nftables", "skip", "none");

    static Means of(Values values) {
        return new Means(values.word(CriuOption.NETWORK_LOCK, LOCKS).orElse("iptables"));
    }

    /** Whether the packets of connections are dropped while these are nowhere; nftables does it under either name. */
    public boolean locksNetwork() {
        return !networkLock.equals("skip") && !networkLock.equals("none");
    }
}
