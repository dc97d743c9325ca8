package io.godwit.linux.machine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What a data slot holds before the program runs. */
sealed interface DataItem {
    int BYTES_LISTED = 16;

    int size();

    /** Writes the content at the buffer's position; {@code resolve} knows the value of an operand in the arena. */
    void write(ByteBuffer out, ToLongFunction<Operand> resolve);

    /** How the listing shows it. */
    String listing();

    /** Plain bytes. */
    record Bytes(byte[] content) implements DataItem {
        @Override
        public int size() {
            return content.length;
        }

        @Override
        public void write(ByteBuffer out, ToLongFunction<Operand> resolve) {
            out.put(content);
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
        public void write(ByteBuffer out, ToLongFunction<Operand> resolve) {
            out.put(content);
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
        public void write(ByteBuffer out, ToLongFunction<Operand> resolve) {
            words.forEach(word -> out.putLong(resolve.applyAsLong(word)));
        }

        @Override
        public String listing() {
            return words.stream().map(Operand::toString).collect(Collectors.joining(", ", "words {", "}"));
        }
    }

    /** Zero bytes, for results. */
    record Reserved(int size) implements DataItem {
        @Override
        public void write(ByteBuffer out, ToLongFunction<Operand> resolve) {
            out.position(out.position() + size);
        }

        @Override
        public String listing() {
            return size + " bytes reserved";
        }
    }
}
