package io.godwit.criu.options;

import io.godwit.source.options.OptionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds options by name, by the rules of getopt_long(3). */
final class OptionTable {
    /** An option and whether its {@code --no-} form was meant. */
    record Match(CriuOption option, boolean on) {}

    private static final Map<String, Match> NAMES = names();
    private static final Map<Character, CriuOption> LETTERS = Arrays.stream(CriuOption.values())
            .filter(option -> option.letter().isPresent())
            .collect(Collectors.toUnmodifiableMap(
                    option -> option.letter().get(), option -> option, (first, alias) -> first));

    private OptionTable() {}

    private static Map<String, Match> names() {
        Map<String, Match> names = new TreeMap<>();
        for (CriuOption option : CriuOption.values()) {
            names.put(option.longName(), new Match(option, true));
            if (option.negatable()) {
                names.put("no-" + option.longName(), new Match(option, false));
            }
        }
        return names;
    }

    /**
     * The option of this name, or the only one whose name begins so.
     *
     * @throws OptionException if there is none, or more than one
     */
    static Match byName(String name) {
        Match exact = NAMES.get(name);
        if (exact != null) {
            return exact;
        }
        List<String> candidates = new ArrayList<>();
        for (String candidate : NAMES.keySet()) {
            if (!name.isEmpty() && candidate.startsWith(name)) {
                candidates.add(candidate);
            }
        }
        if (candidates.isEmpty()) {
            throw new OptionException("there is no option --" + name);
        }
        if (candidates.size() > 1) {
            String all = candidates.stream().map(candidate -> "--" + candidate).collect(Collectors.joining(", "));
            throw new OptionException("--" + name + " can be any of " + all + ": write more of it");
        }
        return NAMES.get(candidates.get(0));
    }

    /**
     * The option of this exact name, as in a config file.
     *
     * @throws OptionException if there is none
     */
    static Match byFullName(String name) {
        Match exact = NAMES.get(name);
        if (exact == null) {
            throw new OptionException("there is no option '" + name + "'");
        }
        return exact;
    }

    /**
     * The option of this letter.
     *
     * @throws OptionException if there is none
     */
    static CriuOption byLetter(char letter) {
        CriuOption option = LETTERS.get(letter);
        if (option == null) {
            throw new OptionException("there is no option -" + letter);
        }
        return option;
    }
}
