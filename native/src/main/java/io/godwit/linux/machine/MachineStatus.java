package io.godwit.linux.machine;

/** How a program ended, as the interpreter writes it into the header. A test compares it with {@code machine.h}. */
enum MachineStatus {
    PENDING(0),
    DONE(1),
    UNEXPECTED_RESULT(2),
    BUDGET_EXHAUSTED(3),
    BAD_INSTRUCTION(4),
    BAD_HEADER(5);

    private final int value;

    MachineStatus(int value) {
        this.value = value;
    }

    int value() {
        return value;
    }

    static MachineStatus of(int value) {
        for (MachineStatus status : values()) {
            if (status.value == value) {
                return status;
            }
        }
        return BAD_HEADER;
    }
}
