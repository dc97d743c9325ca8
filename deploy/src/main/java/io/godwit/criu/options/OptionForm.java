package io.godwit.criu.options;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an option is written, in the table as in a help text: {@code -v, --verbosity[N]}, {@code --[no-]log-pid},
 * {@code --close FD...}.
 *
 * @param label what the value is, in a word
 */
record OptionForm(
        String name,
        Optional<Character> letter,
        ArgumentRule argument,
        String label,
        boolean negatable,
        boolean repeatable) {
    private static final Pattern FORM = Pattern.compile("(?:-(?<letter>\\w), )?--(?<no>\\[no-])?(?<name>[a-z-]+)"
            + "(?:\\[(?<may>[^]]+)]| (?<must>.+?))?(?<more>\\.\\.\\.)?");

    static OptionForm parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not how an option is written");
        }
        String may = matcher.group("may");
        String must = matcher.group("must");
        ArgumentRule valued = must == null ? ArgumentRule.NONE : ArgumentRule.REQUIRED;
        return new OptionForm(
                matcher.group("name"),
                Optional.ofNullable(matcher.group("letter")).map(letter -> letter.charAt(0)),
                may == null ? valued : ArgumentRule.OPTIONAL,
                may != null ? may : must == null ? "" : must,
                matcher.group("no") != null,
                matcher.group("more") != null);
    }
}
