package io.godwit.target.restore;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.RunResult;
import java.nio.ByteBuffer;

/**
 * Where this processor keeps each component of the extended state in the standard XSAVE format (CPUID leaf 0xD). Vendors differ, so
 * the processor is asked.
 */
final class XstateLayout {
    static final int YMM = 2;
    static final int BNDREGS = 3;
    static final int BNDCSR = 4;
    static final int OPMASK = 5;
    static final int ZMM_HIGH = 6;
    static final int HI16_ZMM = 7;
    static final int PKRU = 9;

    private static final int LEAF = 0xd;
    private static final int COMPONENTS = 10;
    private static final int ANSWER_BYTES = 16;

    private final int[] sizes = new int[COMPONENTS];
    private final int[] offsets = new int[COMPONENTS];

    private XstateLayout() {}

    /** Adds the questions to a program. */
    static DataSlot ask(Assembler a) {
        a.label("ask the processor for the layout of its extended state");
        DataSlot answers = a.reserve(COMPONENTS * ANSWER_BYTES);
        for (int component = YMM; component < COMPONENTS; component++) {
            a.cpuid(imm(LEAF), imm(component), answers.at(component * ANSWER_BYTES));
        }
        return answers;
    }

    /** Reads the answers. */
    static XstateLayout of(RunResult result, DataSlot slot) {
        XstateLayout layout = new XstateLayout();
        ByteBuffer answers = result.data(slot);
        for (int component = YMM; component < COMPONENTS; component++) {
            layout.put(
                    component,
                    answers.getInt(component * ANSWER_BYTES),
                    answers.getInt(component * ANSWER_BYTES + Integer.BYTES));
        }
        return layout;
    }

    /** A layout for tests: {component, size, offset} each. */
    static XstateLayout of(int[]... components) {
        XstateLayout layout = new XstateLayout();
        for (int[] component : components) {
            layout.put(component[0], component[1], component[2]);
        }
        return layout;
    }

    /** The offset of a component; 0 when the processor does not have it. */
    int offset(int component) {
        return sizes[component] == 0 ? 0 : offsets[component];
    }

    private void put(int component, int size, int offset) {
        sizes[component] = size;
        offsets[component] = offset;
    }
}
