package io.godwit.target.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketFiltersTest {
    @TempDir
    Path images;

    @Test
    void tablesWithoutRulesAreNoFilter() throws Exception {
        Files.writeString(images.resolve("iptables-13.img"), "# Generated\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n");
        Files.createFile(images.resolve("nftables-13.img"));

        assertThat(PacketFilters.in(images, 13)).isEmpty();
    }

    @Test
    void rulesAndChainsThatDropAreNamedByTheirImage() throws Exception {
        Files.writeString(images.resolve("iptables-13.img"), "*filter\n:INPUT DROP [0:0]\nCOMMIT\n");
        Files.writeString(images.resolve("ip6tables-13.img"), "*filter\n-A INPUT -j DROP\nCOMMIT\n");
        Files.writeString(images.resolve("nftables-13.img"), "table inet one {\n}\n");

        assertThat(PacketFilters.in(images, 13))
                .containsExactly("iptables-13.img", "ip6tables-13.img", "nftables-13.img");
        assertThat(PacketFilters.in(images, 14)).isEmpty();
    }
}
