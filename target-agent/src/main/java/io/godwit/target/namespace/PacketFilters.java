package io.godwit.target.namespace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The packet filters of a network namespace, which CRIU's images hold as the text of {@code iptables-save} and {@code nft list ruleset}. */
final class PacketFilters {
    /** A rule, or a chain that lets nothing pass; the tables and chains of a kernel without rules are no filter. */
    private static final Pattern IPTABLES = Pattern.compile("(?m)^(-|\\[\\d+:\\d+] -|:\\S+ (?!ACCEPT\\b))");

    private static final Pattern NFTABLES = Pattern.compile("\\btable\\b");

    private PacketFilters() {}

    /** The names of the images that hold any. */
    static List<String> in(Path directory, int namespace) throws IOException {
        String number = Integer.toUnsignedString(namespace);
        List<String> names = new ArrayList<>();
        note(names, directory, "iptables-" + number + ".img", IPTABLES);
        note(names, directory, "ip6tables-" + number + ".img", IPTABLES);
        note(names, directory, "nftables-" + number + ".img", NFTABLES);
        return names;
    }

    private static void note(List<String> names, Path directory, String name, Pattern filter) throws IOException {
        Path image = directory.resolve(name);
        if (Files.exists(image)
                && filter.matcher(Files.readString(image, StandardCharsets.ISO_8859_1))
                        .find()) {
            names.add(name);
        }
    }
}
