package io.godwit.criu.options;

import java.util.List;

/**
 * How some things are done, where Godwit has one way only.
 *
 * @param cgroups how they are handled: none, props, soft, full, strict or ignore
 * @param networkLock how connections are kept from talking: iptables, nftables or skip
 */
public record Means(String cgroups, String networkLock) {
    private static final List<String> CGROUPS = List.of("none", "props", "soft", "full", "strict", "ignore");
    private static final List<String> LOCKS = List.of("iptables", "nftables", "skip", "none");

    static Means of(Values values) {
        String cgroups =
                values.text(CriuOption.MANAGE_CGROUPS).filter(String::isEmpty).isPresent()
                        ? "soft"
                        : values.word(CriuOption.MANAGE_CGROUPS, CGROUPS).orElse("soft");
        return new Means(cgroups, values.word(CriuOption.NETWORK_LOCK, LOCKS).orElse("iptables"));
    }

    /** Whether the packets of connections are dropped while these are nowhere; nftables does it under either name. */
    public boolean locksNetwork() {
        return !networkLock.equals("skip") && !networkLock.equals("none");
    }

    /** Whether cgroups are to be left alone. */
    public boolean ignoresCgroups() {
        return cgroups.equals("ignore") || cgroups.equals("none");
    }
}
