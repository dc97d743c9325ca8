package io.godwit.linux.machine;

/** A place in a program to jump to; made by {@link Assembler#mark()} and put somewhere by {@link Assembler#place(Mark)}. */
public final class Mark {
    private static final int NOWHERE = -1;
    private int position = NOWHERE;

    Mark() {}

    void place(int instruction) {
        if (position != NOWHERE) {
            throw new IllegalStateException(
                    "a mark has one place; this one is at instruction " + position + " already");
        }
        position = instruction;
    }

    int position() {
        if (position == NOWHERE) {
            throw new IllegalStateException("a jump leads to a mark that was never placed");
        }
        return position;
    }
}
