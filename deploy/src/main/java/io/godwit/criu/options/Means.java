package io.godwit.criu.options;

import java.util.List;
import java.util.Optional;

/**
 * How some things are done, where Godwit has one way only.
 *
 * @param networkLock how connections are kept from talking: iptables, nftables or skip
 * @param label that a restored tree is to have
 */
public record Means(String networkLock, Optional<String> label) {
    private static final List<String> LOCKS = List.of("iptables", "nftables", "skip", "none");

    static Means of(Values values) {
        return new Means(
                values.word(CriuOption.NETWORK_LOCK, LOCKS).orElse("iptables"), values.text(CriuOption.LSM_PROFILE));
    }

    /** Whether the packets of connections are dropped while these are nowhere; nftables does it under either name. */
    public boolean locksNetwork() {
        return !networkLock.equals("skip") && !networkLock.equals("none");
    }
}
