package io.godwit.linux;

import java.util.ArrayList;
import java.util.List;

/** Texts one after the other, each ended by a zero character, as in /proc/PID/cmdline (proc_pid_cmdline(5)); none may have one in it. */
public final class ZeroEnded {
    private ZeroEnded() {}

    public static String join(List<String> words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append(word).append('\0');
        }
        return text.toString();
    }

    /** The words, in a list of the caller's own. */
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>(List.of(text.split("\0", -1)));
        // After the last zero is nothing, not even an empty word.
        words.remove(words.size() - 1);
        return words;
    }
}
