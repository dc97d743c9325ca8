package io.godwit.criu.options;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Our table against a copy of the facts, made apart from it. */
class OptionTableTest {
    /** What CRIU does not have. */
    private static final Set<CriuOption> OURS_ALONE = Set.of(CriuOption.PAGE_SERVER_HEADER);

    @Test
    void everyOptionOfCriuIsThereAsCriuHasIt() throws IOException {
        List<String> shared = Arrays.stream(CriuOption.values())
                .filter(option -> !OURS_ALONE.contains(option))
                .map(OptionTableTest::line)
                .toList();

        assertThat(shared).containsExactlyInAnyOrderElementsOf(facts());
    }

    private static String line(CriuOption option) {
        String letters = Arrays.stream(CriuCommand.values())
                .filter(option::concerns)
                .map(CriuCommand::letter)
                .map(String::valueOf)
                .sorted()
                .collect(Collectors.joining());
        return String.join(
                "\t",
                option.longName(),
                option.letter().map(String::valueOf).orElse("-"),
                option.argument().name().toLowerCase(Locale.ROOT),
                option.negatable() ? "yes" : "no",
                letters.length() == CriuCommand.values().length ? "*" : letters);
    }

    private static List<String> facts() throws IOException {
        try (InputStream file = OptionTableTest.class.getResourceAsStream("options.tsv")) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(OptionTableTest::withSortedLetters)
                    .toList();
        }
    }

    private static String withSortedLetters(String line) {
        int last = line.lastIndexOf('\t') + 1;
        return line.substring(0, last)
                + line.substring(last)
                        .chars()
                        .sorted()
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
    }
}
