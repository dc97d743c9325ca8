package io.godwit.source.cgroup;

import io.godwit.source.options.OptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is to be dumped of a controller, as {@code --cgroup-props} says it:
 *
 * <pre>
 * "cpu":
 *  - "strategy": "merge"
 *  - "properties": ["cpu.shares", "cpu.idle"]
 * </pre>
 *
 * @param controller a name as in /proc/cgroups
 * @param replaces false if these come to those that are dumped anyway
 * @param properties names of files
 */
public record PropertySpec(String controller, boolean replaces, List<String> properties) {
    private static final Pattern TOKEN = Pattern.compile("\\s*(\"[^\"\\n]*\"|[:,\\[\\]-])");

    /**
     * Reads the specifications of any number of controllers.
     *
     * @param option names where the text is from, for an error
     * @throws OptionException that says where the text is wrong
     */
    public static List<PropertySpec> parse(String text, String option) {
        Reader reader = new Reader(text, option);
        List<PropertySpec> specs = new ArrayList<>();
        while (reader.more()) {
            specs.add(reader.spec());
        }
        if (specs.isEmpty()) {
            throw new OptionException(option + " names no controller");
        }
        return List.copyOf(specs);
    }

    /** Takes one piece of the text after the other. */
    private static final class Reader {
        private final String text;
        private final String option;
        private final Matcher matcher;
        private int position;

        Reader(String text, String option) {
            this.text = text;
            this.option = option;
            this.matcher = TOKEN.matcher(text);
        }

        boolean more() {
            return !text.substring(position).isBlank();
        }

        PropertySpec spec() {
            String controller = quoted("the name of a controller");
            take(":");
            take("-");
            take("\"strategy\"");
            take(":");
            String strategy = quoted("\"merge\" or \"replace\"");
            if (!strategy.equals("merge") && !strategy.equals("replace")) {
                throw wrong("\"merge\" or \"replace\"");
            }
            take("-");
            take("\"properties\"");
            take(":");
            take("[");
            List<String> properties = new ArrayList<>();
            do {
                properties.add(property());
            } while (next("\",\" or \"]\"", ",", "]").equals(","));
            return new PropertySpec(controller, strategy.equals("replace"), List.copyOf(properties));
        }

        private String property() {
            String name = quoted("the name of a property");
            if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
                throw wrong("the name of a file of the cgroup");
            }
            return name;
        }

        private String quoted(String what) {
            String token = token(what);
            if (!token.startsWith("\"")) {
                throw wrong(what + " in quotes");
            }
            return token.substring(1, token.length() - 1);
        }

        private void take(String expected) {
            next(expected, expected);
        }

        private String next(String what, String... allowed) {
            String token = token(what);
            if (!List.of(allowed).contains(token)) {
                throw wrong(what);
            }
            return token;
        }

        private String token(String what) {
            if (!matcher.region(position, text.length()).lookingAt()) {
                throw wrong(what);
            }
            position = matcher.end();
            return matcher.group(1);
        }

        private OptionException wrong(String expected) {
            long line = text.substring(0, position).lines().count();
            return new OptionException(
                    option + ": line " + Math.max(1, line) + " should have " + expected + "; write it as in criu(8)");
        }
    }
}
