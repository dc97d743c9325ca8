package io.godwit.criu.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOption;
import io.godwit.criu.run.Limits.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of docs/criu.md tells what the program does. With -Dgodwit.write-docs=yes it is written anew. */
class CriuDocumentTest {
    private static final String HEAD = "| option | with | |\n|---|---|---|\n";
    private static final Set<CriuCommand> OF_GODWIT = Set.of(CriuCommand.EXEC, CriuCommand.SHOW);

    @Test
    void theTableHasEveryOptionAndWhatBecomesOfIt() throws IOException {
        Path document = Path.of("../docs/criu.md");
        String text = Files.readString(document);
        int start = text.indexOf(HEAD);
        assertThat(start).as("%s has the table", document).isPositive();
        if ("yes".equals(System.getProperty("godwit.write-docs"))) {
            Files.writeString(document, text.substring(0, start) + table());
            return;
        }
        assertThat(text.substring(start).lines())
                .containsExactlyElementsOf(table().lines().toList());
    }

    private static String table() {
        StringBuilder table = new StringBuilder(HEAD);
        for (CriuOption option : CriuOption.values()) {
            outcomes(option)
                    .forEach((outcome, commands) -> table.append("| `")
                            .append(spelling(option).replace("|", "\\|"))
                            .append("` | ")
                            .append(commands.isEmpty() ? "any" : String.join(", ", commands))
                            .append(" | ")
                            .append(outcome)
                            .append(" |\n"));
        }
        return table.toString();
    }

    private static Map<String, List<String>> outcomes(CriuOption option) {
        if (option.concernsAll() && Limits.of(CriuCommand.DUMP, option).isEmpty()) {
            return Map.of("works", List.of());
        }
        Map<String, List<String>> outcomes = new LinkedHashMap<>();
        Arrays.stream(CriuCommand.values())
                .filter(command -> option.concerns(command) && !OF_GODWIT.contains(command))
                .forEach(command -> outcomes.computeIfAbsent(outcome(command, option), key -> new ArrayList<>())
                        .add(command.word()));
        return outcomes;
    }

    private static String outcome(CriuCommand command, CriuOption option) {
        return Limits.of(command, option).map(CriuDocumentTest::words).orElse("works");
    }

    private static String words(Limit limit) {
        return (limit.refused() ? "refused: " : "accepted: ") + limit.words();
    }

    private static String spelling(CriuOption option) {
        String name = option.letter().map(letter -> "-" + letter + ", ").orElse("") + "--"
                + (option.negatable() ? "[no-]" : "") + option.longName();
        return switch (option.argument()) {
            case NONE -> name;
            case OPTIONAL -> name + "[=" + option.label() + "]";
            case REQUIRED -> name + " " + option.label();
        };
    }
}
