package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.ItimerEntry;
import io.godwit.image.proto.PosixTimerEntry;
import io.godwit.image.proto.TaskTimersEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;

/** Interval timers and POSIX timers, armed with the time that was left. Threads must exist: a timer may notify one. */
final class TimerPlanner {
    private static final String[] ITIMERS = {"real", "virtual", "profiling"};
    private static final int SIGEVENT_BYTES = 64;

    private final TaskSnapshot task;

    TimerPlanner(TaskSnapshot task) {
        this.task = task;
    }

    void plan(ProgramSequence sequence) {
        TaskTimersEntry timers = task.core().getTc().getTimers();
        itimer(0, timers.getReal(), sequence);
        itimer(1, timers.getVirt(), sequence);
        itimer(2, timers.getProf(), sequence);
        if (timers.getPosixCount() > 0) {
            posix(timers, sequence);
        }
    }

    private void itimer(int which, ItimerEntry timer, ProgramSequence sequence) {
        boolean expired = timer.getVsec() == 0 && timer.getVusec() == 0;
        if (expired && timer.getIsec() == 0 && timer.getIusec() == 0) {
            return;
        }
        Assembler a = sequence.assembler();
        a.label("arm the " + ITIMERS[which] + " interval timer of " + task);
        // The kernel starts a periodic timer anew when its signal is taken; until then no time is left. That signal is
        // among the pending ones, so the next beat is one interval away.
        long seconds = expired ? timer.getIsec() : timer.getVsec();
        long micros = expired ? timer.getIusec() : timer.getVusec();
        DataSlot value = a.words(imm(timer.getIsec()), imm(timer.getIusec()), imm(seconds), imm(micros));
        a.call(Syscall.SETITIMER, imm(which), value.address(), imm(0));
    }

    private void posix(TaskTimersEntry timers, ProgramSequence sequence) {
        Assembler a = sequence.assembler();
        a.label("ask for chosen timer ids in " + task)
                .advice("the kernel must know PR_TIMER_CREATE_RESTORE_IDS (Linux 6.16)");
        a.call(Syscall.PRCTL, imm(Abi.PR_TIMER_CREATE_RESTORE_IDS), imm(1), imm(0), imm(0), imm(0));
        for (PosixTimerEntry timer : timers.getPosixList()) {
            create(timer, sequence.assembler());
        }
        Assembler end = sequence.assembler();
        end.label("go back to automatic timer ids in " + task);
        end.call(Syscall.PRCTL, imm(Abi.PR_TIMER_CREATE_RESTORE_IDS), imm(0), imm(0), imm(0), imm(0));
    }

    private void create(PosixTimerEntry timer, Assembler a) {
        a.label("make timer " + timer.getItId() + " of " + task);
        long signalAndNotify = (long) timer.getItSigevNotify() << 32 | timer.getSiSigno() & 0xffff_ffffL;
        DataSlot event = a.words(
                imm(timer.getSivalPtr()),
                imm(signalAndNotify),
                imm(timer.getNotifyThreadId()),
                imm(0),
                imm(0),
                imm(0),
                imm(0),
                imm(0));
        assert event.size() == SIGEVENT_BYTES;
        DataSlot id = a.words(imm(timer.getItId()));
        a.call(Syscall.TIMER_CREATE, imm(timer.getClockId()), event.address(), id.address());
        if (timer.getVsec() != 0 || timer.getVnsec() != 0) {
            a.label("arm timer " + timer.getItId() + " of " + task);
            DataSlot value =
                    a.words(imm(timer.getIsec()), imm(timer.getInsec()), imm(timer.getVsec()), imm(timer.getVnsec()));
            a.call(Syscall.TIMER_SETTIME, imm(timer.getItId()), imm(0), value.address(), imm(0));
        }
    }
}
