package io.godwit.source.cpu;

import io.godwit.image.proto.CpuinfoX86Entry.Vendor;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.LocalMachine;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.RunResult;
import io.godwit.source.cpu.CapabilityWord.Register;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks the processor itself, by CPUID in a child, as Java has no such instruction. */
final class ThisProcessor {
    private static final int EXTENDED = 0x8000_0000;
    private static final int FIRST_NAME_LEAF = 0x8000_0002;
    private static final int NAME_LEAVES = 3;
    private static final int STATE_LEAF = 0xd;
    private static final int ANSWER_BYTES = 16;
    /** x87, SSE, AVX, MPX, AVX-512 and protection keys: what a thread's image can hold. */
    private static final long CARRIED_COMPONENTS = 0x2ff;

    private final Assembler program = new Assembler();
    private final Map<Question, DataSlot> slots = new LinkedHashMap<>();
    private RunResult result;

    private record Question(int leaf, int subLeaf) {}

    private ThisProcessor() {}

    static Processor ask() throws IOException {
        try (LocalMachine machine = LocalMachine.open()) {
            ThisProcessor here = new ThisProcessor();
            here.question(0, 0);
            here.question(EXTENDED, 0);
            here.question(STATE_LEAF, 0);
            for (int i = 0; i < NAME_LEAVES; i++) {
                here.question(FIRST_NAME_LEAF + i, 0);
            }
            for (CapabilityWord word : CapabilityWord.values()) {
                here.question(word.leaf(), word.subLeaf());
            }
            here.result = machine.run(here.program.build());
            return here.processor();
        }
    }

    private void question(int leaf, int subLeaf) {
        slots.computeIfAbsent(new Question(leaf, subLeaf), question -> {
            DataSlot slot = program.reserve(ANSWER_BYTES);
            program.cpuid(
                    Operand.imm(Integer.toUnsignedLong(leaf)), Operand.imm(subLeaf), new Operand.Address(slot, 0));
            return slot;
        });
    }

    private Processor processor() {
        int signature = answer(1, 0, Register.EAX);
        int family = signature >>> 8 & 0xf;
        int extendedFamily = family == 0xf ? family + (signature >>> 20 & 0xff) : family;
        int model = signature >>> 4 & 0xf;
        return new Processor(
                vendor(),
                extendedFamily,
                family >= 6 ? model | (signature >>> 16 & 0xf) << 4 : model,
                signature & 0xf,
                capabilities(),
                name(),
                (Integer.toUnsignedLong(answer(STATE_LEAF, 0, Register.EAX))
                                | (long) answer(STATE_LEAF, 0, Register.EDX) << 32)
                        & CARRIED_COMPONENTS,
                answer(STATE_LEAF, 0, Register.EBX),
                answer(STATE_LEAF, 0, Register.ECX));
    }

    private List<Integer> capabilities() {
        List<Integer> words = new ArrayList<>(Collections.nCopies(CapabilityWord.COUNT, 0));
        for (CapabilityWord word : CapabilityWord.values()) {
            words.set(word.index(), answer(word.leaf(), word.subLeaf(), word.register()));
        }
        return words;
    }

    /** A leaf beyond the last gives what the last does, or anything: that counts as nothing. */
    private int answer(int leaf, int subLeaf, Register register) {
        int last = bytes(leaf & EXTENDED, 0).getInt(0);
        return Integer.compareUnsigned(leaf, last) > 0
                ? 0
                : bytes(leaf, subLeaf).getInt(register.ordinal() * Integer.BYTES);
    }

    private ByteBuffer bytes(int leaf, int subLeaf) {
        return result.data(slots.get(new Question(leaf, subLeaf)));
    }

    private Vendor vendor() {
        ByteBuffer answer = bytes(0, 0);
        String text = text(answer.slice(4, 4)) + text(answer.slice(12, 4)) + text(answer.slice(8, 4));
        return switch (text) {
            case "GenuineIntel" -> Vendor.INTEL;
            case "AuthenticAMD", "HygonGenuine" -> Vendor.AMD;
            default -> Vendor.UNKNOWN;
        };
    }

    private String name() {
        if (Integer.compareUnsigned(FIRST_NAME_LEAF, bytes(EXTENDED, 0).getInt(0)) > 0) {
            return "";
        }
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < NAME_LEAVES; i++) {
            name.append(text(bytes(FIRST_NAME_LEAF + i, 0)));
        }
        return name.toString().replace("\0", "").strip();
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
}
