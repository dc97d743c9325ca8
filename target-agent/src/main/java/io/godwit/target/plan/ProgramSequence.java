package io.godwit.target.plan;

import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs to run one after another in one task. An arena is of limited size, so a long plan is cut; results of one program are
 * not known to the next, and the plan must not need them.
 */
public final class ProgramSequence {
    private static final int INSTRUCTION_BYTES = 96;
    /** Far below what an arena takes, since a program is copied several times on its way into the task. */
    private static final int MAX_PROGRAM_BYTES = 2 * 1024 * 1024;

    private static final int TYPICAL_DATA_BYTES = 256;

    private final List<Program> done = new ArrayList<>();
    private Assembler current = new Assembler();
    private long dataBytes;

    /**
     * Where to add the next instructions that belong together.
     *
     * @param data about how many bytes of data they bring
     */
    public Assembler assembler(int data) {
        if ((long) current.length() * INSTRUCTION_BYTES + dataBytes + data > MAX_PROGRAM_BYTES) {
            cut();
        }
        dataBytes += data;
        return current;
    }

    /** Where to add a few instructions with little data. */
    public Assembler assembler() {
        return assembler(TYPICAL_DATA_BYTES);
    }

    /** Ends the current program, so that what follows runs apart. */
    public void cut() {
        if (current.length() > 0) {
            done.add(current.build());
            current = new Assembler();
            dataBytes = 0;
        }
    }

    /** The programs, in order. */
    public List<Program> programs() {
        cut();
        return List.copyOf(done);
    }
}
