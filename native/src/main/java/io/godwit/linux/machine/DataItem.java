package io.godwit.linux.machine;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** What a data slot holds before the program runs. */
sealed interface DataItem {
    int BYTES_LISTED = 16;
    byte[] NOTHING = {};

    int size();

    /** Its bytes, where they do not depend on the arena; what lacks to the size are zeros. */
    default byte[] content() {
        return NOTHING;
    }

    /** How the listing shows it. */
    String listing();

    /** Plain bytes. */
    record Bytes(byte[] content) implements DataItem {
        @Override
        public int size() {
            return content.length;
        }

        @Override
        public String listing() {
            String hex = HexFormat.of().formatHex(content, 0, Math.min(content.length, BYTES_LISTED));
            return content.length + " bytes " + hex + (content.length > BYTES_LISTED ? "..." : "");
        }
    }

    /** A string with its terminating zero byte. */
    record Text(String text, byte[] content) implements DataItem {
        static Text of(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return new Text(text, java.util.Arrays.copyOf(utf8, utf8.length + 1));
        }

        @Override
        public int size() {
            return content.length;
        }

        @Override
        public String listing() {
            return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"';
        }
    }

    /** Words of 64 bits, some of which may be addresses: an iovec, the arguments of clone3. */
    record Words(List<Operand> words) implements DataItem {
        @Override
        public int size() {
            return words.size() * Long.BYTES;
        }

        @Override
        public String listing() {
            return words.stream().map(Operand::toString).collect(Collectors.joining(", ", "words {", "}"));
        }
    }

    /** Zero bytes, for results. */
    record Reserved(int size) implements DataItem {
        @Override
        public String listing() {
            return size + " bytes reserved";
        }
    }
}
