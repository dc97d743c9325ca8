package io.godwit.source.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** Texts as one packet, each ended by a zero byte; none may have one in it. */
final class Words {
    private Words() {}

    static byte[] encode(List<String> words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append(word).append('\0');
        }
        return text.toString().getBytes(UTF_8);
    }

    static List<String> decode(byte[] packet) {
        List<String> words = new ArrayList<>(List.of(new String(packet, UTF_8).split("\0", -1)));
        // After the last zero byte is nothing, not even an empty word.
        words.remove(words.size() - 1);
        return words;
    }
}
