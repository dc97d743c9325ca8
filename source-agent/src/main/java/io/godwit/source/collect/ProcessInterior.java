package io.godwit.source.collect;

import io.godwit.image.proto.ItimerEntry;
import io.godwit.image.proto.PosixTimerEntry;
import io.godwit.image.proto.RlimitEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.TaskRlimitsEntry;
import io.godwit.image.proto.TaskTimersEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.PosixTimer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The questions to a process as a whole that only one of its own threads can ask, and the answers. */
final class ProcessInterior {
    private static final int SIGNALS = 64;
    private static final int SIGKILL = 9;
    private static final int SIGSTOP = 19;
    private static final int SIGACTION_BYTES = 32;
    private static final int ITIMERS = 3;
    private static final int TIMER_BYTES = 32;
    private static final int RLIMITS = 16;
    private static final int RLIMIT_BYTES = 16;
    /** See personality(2). */
    private static final long PERSONALITY_AS_IT_IS = 0xffffffffL;

    private static final int PR_GET_DUMPABLE = 3;
    private static final int PR_GET_CHILD_SUBREAPER = 37;
    private static final int PR_GET_THP_DISABLE = 42;
    private static final int MEMBARRIER_CMD_GET_REGISTRATIONS = 1 << 9;
    private static final int SIGCHLD = 17;
    private static final long SIG_IGN = 1;
    private static final long SA_NOCLDWAIT = 2;

    private final List<PosixTimer> timers;
    private final DataSlot actions;
    private final DataSlot intervals;
    private final DataSlot limits;
    private final DataSlot posix;
    private final DataSlot subreaper;
    private final Operand.Register dumpable;
    private final Operand.Register thpDisabled;
    private final Operand.Register brk;
    private final Operand.Register personality;
    private final Operand.Register barriers;
    private final List<Operand.Register> overruns = new ArrayList<>();

    /** Adds the questions to a program. */
    ProcessInterior(Assembler program, List<PosixTimer> timers) {
        this.timers = timers;
        actions = program.reserve(SIGNALS * SIGACTION_BYTES);
        program.label("read the signal actions");
        for (int signal = 1; signal <= SIGNALS; signal++) {
            if (asksFor(signal)) {
                Operand slot = new Operand.Address(actions, (signal - 1) * SIGACTION_BYTES);
                program.call(Syscall.RT_SIGACTION, Operand.imm(signal), Operand.imm(0), slot, Operand.imm(Long.BYTES));
            }
        }
        intervals = program.reserve(ITIMERS * TIMER_BYTES);
        program.label("read the interval timers");
        for (int which = 0; which < ITIMERS; which++) {
            program.call(Syscall.GETITIMER, Operand.imm(which), new Operand.Address(intervals, which * TIMER_BYTES));
        }
        limits = program.reserve(RLIMITS * RLIMIT_BYTES);
        program.label("read the limits");
        for (int resource = 0; resource < RLIMITS; resource++) {
            Operand slot = new Operand.Address(limits, resource * RLIMIT_BYTES);
            program.call(Syscall.PRLIMIT64, Operand.imm(0), Operand.imm(resource), Operand.imm(0), slot);
        }
        posix = program.reserve(Math.max(1, timers.size()) * TIMER_BYTES);
        program.label("read the POSIX timers");
        for (int i = 0; i < timers.size(); i++) {
            Operand id = Operand.imm(timers.get(i).id());
            program.call(Syscall.TIMER_GETTIME, id, new Operand.Address(posix, i * TIMER_BYTES));
            overruns.add(program.call(Syscall.TIMER_GETOVERRUN, id));
        }
        program.label("read the attributes of the process");
        subreaper = program.reserve(Long.BYTES);
        dumpable = program.call(Syscall.PRCTL, Operand.imm(PR_GET_DUMPABLE));
        program.call(Syscall.PRCTL, Operand.imm(PR_GET_CHILD_SUBREAPER), new Operand.Address(subreaper, 0));
        thpDisabled = program.callOr(Syscall.PRCTL, Errno.EINVAL, Operand.imm(PR_GET_THP_DISABLE));
        brk = program.call(Syscall.BRK, Operand.imm(0));
        personality = program.call(Syscall.PERSONALITY, Operand.imm(PERSONALITY_AS_IT_IS));
        // kernels before 6.3 do not tell
        barriers = program.callAny(
                Syscall.MEMBARRIER, Operand.imm(MEMBARRIER_CMD_GET_REGISTRATIONS), Operand.imm(0), Operand.imm(0));
    }

    private static boolean asksFor(int signal) {
        return signal != SIGKILL && signal != SIGSTOP;
    }

    /** The 62 signal actions, in the order of the signals. */
    List<SaEntry> actions(RunResult result) {
        ByteBuffer raw = result.data(actions);
        List<SaEntry> entries = new ArrayList<>();
        for (int signal = 1; signal <= SIGNALS; signal++) {
            if (asksFor(signal)) {
                int at = (signal - 1) * SIGACTION_BYTES;
                entries.add(SaEntry.newBuilder()
                        .setSigaction(raw.getLong(at))
                        .setFlags(raw.getLong(at + 8))
                        .setRestorer(raw.getLong(at + 16))
                        .setMask(raw.getLong(at + 24))
                        .build());
            }
        }
        return entries;
    }

    /** Whether its children leave no zombies (sigaction(2)). */
    boolean reapsByItself(RunResult result) {
        ByteBuffer raw = result.data(actions);
        int at = (SIGCHLD - 1) * SIGACTION_BYTES;
        return raw.getLong(at) == SIG_IGN || (raw.getLong(at + 8) & SA_NOCLDWAIT) != 0;
    }

    TaskTimersEntry timers(RunResult result) {
        ByteBuffer raw = result.data(intervals);
        TaskTimersEntry.Builder entry = TaskTimersEntry.newBuilder()
                .setReal(interval(raw, 0))
                .setVirt(interval(raw, TIMER_BYTES))
                .setProf(interval(raw, 2 * TIMER_BYTES));
        ByteBuffer values = result.data(posix);
        for (int i = 0; i < timers.size(); i++) {
            PosixTimer timer = timers.get(i);
            int at = i * TIMER_BYTES;
            PosixTimerEntry.Builder one = PosixTimerEntry.newBuilder()
                    .setItId(timer.id())
                    .setClockId(timer.clock())
                    .setSiSigno(timer.signal())
                    .setItSigevNotify(timer.notification())
                    .setSivalPtr(timer.value())
                    .setOverrun((int) result.value(overruns.get(i)))
                    .setIsec(values.getLong(at))
                    .setInsec(values.getLong(at + 8))
                    .setVsec(values.getLong(at + 16))
                    .setVnsec(values.getLong(at + 24));
            if (timer.thread() != 0) {
                one.setNotifyThreadId(timer.thread());
            }
            entry.addPosix(one);
        }
        return entry.build();
    }

    private static ItimerEntry interval(ByteBuffer raw, int at) {
        return ItimerEntry.newBuilder()
                .setIsec(raw.getLong(at))
                .setIusec(raw.getLong(at + 8))
                .setVsec(raw.getLong(at + 16))
                .setVusec(raw.getLong(at + 24))
                .build();
    }

    TaskRlimitsEntry limits(RunResult result) {
        ByteBuffer raw = result.data(limits);
        TaskRlimitsEntry.Builder entry = TaskRlimitsEntry.newBuilder();
        for (int resource = 0; resource < RLIMITS; resource++) {
            entry.addRlimits(RlimitEntry.newBuilder()
                    .setCur(raw.getLong(resource * RLIMIT_BYTES))
                    .setMax(raw.getLong(resource * RLIMIT_BYTES + 8)));
        }
        return entry.build();
    }

    int dumpable(RunResult result) {
        return (int) result.value(dumpable);
    }

    boolean thpDisabled(RunResult result) {
        return result.value(thpDisabled) == 1;
    }

    boolean subreaper(RunResult result) {
        return result.data(subreaper).getInt(0) != 0;
    }

    int personality(RunResult result) {
        return (int) result.value(personality);
    }

    /** What it is registered for (membarrier(2)), as the commands that register it; 0 where the kernel does not tell. */
    int barriers(RunResult result) {
        return (int) Math.max(0, result.value(barriers));
    }

    long brk(RunResult result) {
        return result.value(brk);
    }
}
