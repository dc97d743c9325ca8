package io.godwit.source.collect;

import io.godwit.image.proto.ThreadSasEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.RunResult;
import java.nio.ByteBuffer;

/** The questions that every thread must ask for itself, and the answers. */
final class ThreadInterior {
    private static final int PR_GET_PDEATHSIG = 2;
    private static final int PR_GET_SECUREBITS = 27;
    private static final int PR_GET_TID_ADDRESS = 40;
    private static final int STACK_BYTES = 24;

    private final DataSlot stack;
    private final DataSlot words;
    private final Operand.Register securebits;

    /** Adds the questions to a program. */
    ThreadInterior(Assembler program) {
        stack = program.reserve(STACK_BYTES);
        words = program.reserve(2 * Long.BYTES);
        program.label("read the attributes of the thread");
        program.call(Syscall.SIGALTSTACK, Operand.imm(0), new Operand.Address(stack, 0));
        program.call(Syscall.PRCTL, Operand.imm(PR_GET_TID_ADDRESS), new Operand.Address(words, 0));
        program.call(Syscall.PRCTL, Operand.imm(PR_GET_PDEATHSIG), new Operand.Address(words, Long.BYTES));
        securebits = program.call(Syscall.PRCTL, Operand.imm(PR_GET_SECUREBITS));
    }

    ThreadSasEntry alternateStack(RunResult result) {
        ByteBuffer raw = result.data(stack);
        return ThreadSasEntry.newBuilder()
                .setSsSp(raw.getLong(0))
                .setSsFlags(raw.getInt(8))
                .setSsSize(raw.getLong(16))
                .build();
    }

    long clearTidAddress(RunResult result) {
        return result.data(words).getLong(0);
    }

    int parentDeathSignal(RunResult result) {
        return result.data(words).getInt(Long.BYTES);
    }

    int securebits(RunResult result) {
        return (int) result.value(securebits);
    }
}
