package io.godwit.page.criu.wire;

import java.util.Arrays;
import java.util.Optional;

/** What a header asks for: the lower 16 bits of its first word. */
public enum Command {
    ADD(1),
    HOLE(2),
    OPEN(3),
    OPEN2(4),
    PARENT(5),
    ADD_F(6),
    GET(7),
    CLOSE(0x1023),
    FORCE_CLOSE(0x1024);

    private final int number;

    Command(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Optional<Command> of(int number) {
        return Arrays.stream(values())
                .filter(command -> command.number == number)
                .findFirst();
    }
}
