package io.godwit.criu.options;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The commands of CRIU. */
public enum CriuCommand {
    DUMP("dump", 'D'),
    PRE_DUMP("pre-dump", 'P'),
    RESTORE("restore", 'R'),
    LAZY_PAGES("lazy-pages", 'L'),
    CHECK("check", 'C'),
    PAGE_SERVER("page-server", 'S'),
    SERVICE("service", 'V'),
    SWRK("swrk", 'W', "FD"),
    DEDUP("dedup", 'E'),
    CPUINFO("cpuinfo", 'U', "dump|check"),
    EXEC("exec", 'X'),
    SHOW("show", 'Y');

    private final String word;
    private final char letter;
    private final List<String> operands;

    CriuCommand(String word, char letter, String... operands) {
        this.word = word;
        this.letter = letter;
        this.operands = List.of(operands);
    }

    /** As on the command line. */
    public String word() {
        return word;
    }

    /** As in the table of options. */
    char letter() {
        return letter;
    }

    /** What must follow the command, by name. */
    public List<String> operands() {
        return operands;
    }

    /** The command of this word. */
    public static Optional<CriuCommand> of(String word) {
        return Arrays.stream(values())
                .filter(command -> command.word.equals(word))
                .findFirst();
    }

    /** The commands of these letters, as in the table of options; {@code *} is all. */
    public static Set<CriuCommand> ofLetters(String letters) {
        if (letters.equals("*")) {
            return EnumSet.allOf(CriuCommand.class);
        }
        Set<CriuCommand> commands = EnumSet.noneOf(CriuCommand.class);
        for (CriuCommand command : values()) {
            if (letters.indexOf(command.letter) >= 0) {
                commands.add(command);
            }
        }
        if (commands.size() != letters.length()) {
            throw new IllegalArgumentException("a letter of '" + letters + "' is no command's, or is there twice");
        }
        return commands;
    }
}
