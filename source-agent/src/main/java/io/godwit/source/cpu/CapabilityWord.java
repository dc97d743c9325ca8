package io.godwit.source.cpu;

import java.util.Arrays;
import java.util.List;

/**
 * The 32-bit words of features in cpuinfo.img, in the order of the image: each the answer of a CPUID leaf in one register. The
 * words that are left out are features that Linux makes up, and those of makers long gone; they stay zero and count for nothing.
 */
enum CapabilityWord {
    BASIC_EDX(0, 0x1, 0, Register.EDX),
    EXTENDED_EDX(1, 0x8000_0001, 0, Register.EDX),
    BASIC_ECX(4, 0x1, 0, Register.ECX),
    EXTENDED_ECX(6, 0x8000_0001, 0, Register.ECX),
    STRUCTURED_EBX(9, 0x7, 0, Register.EBX),
    XSAVE_EAX(10, 0xd, 1, Register.EAX),
    STRUCTURED_ECX(11, 0x7, 0, Register.ECX),
    MONITORING_EDX(12, 0xf, 1, Register.EDX),
    SIZES_EBX(13, 0x8000_0008, 0, Register.EBX),
    THERMAL_EAX(14, 0x6, 0, Register.EAX),
    VIRTUAL_MACHINES_EDX(15, 0x8000_000a, 0, Register.EDX),
    MONITORING_TOTAL_EDX(16, 0xf, 0, Register.EDX),
    POWER_EBX(17, 0x8000_0007, 0, Register.EBX),
    STRUCTURED_EDX(18, 0x7, 0, Register.EDX);

    /** How many words an image of version 2 has. */
    static final int COUNT = 19;

    /** How many words an image of version 1 has. */
    static final int COUNT_OF_VERSION_1 = 12;

    /** In the order of an answer's four words. */
    enum Register {
        EAX,
        EBX,
        ECX,
        EDX
    }

    private final int index;
    private final int leaf;
    private final int subLeaf;
    private final Register register;

    CapabilityWord(int index, int leaf, int subLeaf, Register register) {
        this.index = index;
        this.leaf = leaf;
        this.subLeaf = subLeaf;
        this.register = register;
    }

    /** Where it is in the image. */
    int index() {
        return index;
    }

    int leaf() {
        return leaf;
    }

    int subLeaf() {
        return subLeaf;
    }

    Register register() {
        return register;
    }

    /** Those that an image with so many words has. */
    static List<CapabilityWord> below(int words) {
        return Arrays.stream(values()).filter(word -> word.index < words).toList();
    }
}
