package io.godwit.source.collect;

import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.RunResult;
import java.nio.ByteBuffer;

/**
 * Where the processor puts each component in the standard form of the XSAVE area. Vendors differ from
 * the fifth component on, so the processor is asked (CPUID leaf 0xD, Intel SDM volume 1, 13.5).
 */
final class XsaveLayout {
    static final int YMM = 2;
    static final int BNDREGS = 3;
    static final int BNDCSR = 4;
    static final int OPMASK = 5;
    static final int ZMM_UPPER = 6;
    static final int HI16_ZMM = 7;
    static final int PKRU = 9;
    static final int COMPONENTS = 10;

    private static final int CPUID_LEAF = 0xd;
    private static final int ANSWER_BYTES = 16;

    private final int[] offsets = new int[COMPONENTS];

    private XsaveLayout() {}

    /** The question for one thread's machine; every thread of the host gets the same answer. */
    static final class Question {
        private final DataSlot answers;

        Question(Assembler program) {
            answers = program.reserve(COMPONENTS * ANSWER_BYTES);
            for (int component = YMM; component < COMPONENTS; component++) {
                program.cpuid(
                        Operand.imm(CPUID_LEAF),
                        Operand.imm(component),
                        new Operand.Address(answers, component * ANSWER_BYTES));
            }
        }

        XsaveLayout answer(RunResult result) {
            ByteBuffer raw = result.data(answers);
            XsaveLayout layout = new XsaveLayout();
            for (int component = YMM; component < COMPONENTS; component++) {
                layout.offsets[component] = raw.getInt(component * ANSWER_BYTES + 4);
            }
            return layout;
        }
    }

    /** Byte offset of a component in the area. */
    int offset(int component) {
        return offsets[component];
    }
}
