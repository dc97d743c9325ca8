package io.godwit.linux.trace;

import io.godwit.linux.trace.Registers.Name;

/**
 * A thread that was stopped in a blocking system call carries one of the kernel's private codes (include/linux/errno.h) for what is to become
 * of the call when it goes on, if no signal handler runs first.
 */
public final class InterruptedCall {
    private static final int ERESTARTSYS = 512;
    private static final int ERESTARTNOINTR = 513;
    private static final int ERESTARTNOHAND = 514;
    private static final int ERESTART_RESTARTBLOCK = 516;
    private static final int SYSCALL_INSTRUCTION_BYTES = 2;

    private InterruptedCall() {}

    /** Whether these registers are of one. */
    public static boolean is(Registers stopped) {
        long result = stopped.rax();
        return goesOn(stopped)
                || stopped.origRax() >= 0
                        && (result == -ERESTARTSYS || result == -ERESTARTNOINTR || result == -ERESTARTNOHAND);
    }

    /** Whether the kernel knows of it how much of a time is left: it goes on by restart_syscall(2). */
    public static boolean goesOn(Registers stopped) {
        return stopped.origRax() >= 0 && stopped.rax() == -ERESTART_RESTARTBLOCK;
    }

    /** The registers with which the thread makes a call in its place. */
    public static Registers replaced(Registers stopped, long number) {
        return stopped.copy().set(Name.RAX, number).set(Name.RIP, stopped.rip() - SYSCALL_INSTRUCTION_BYTES);
    }

    /** The registers of a thread whose call was interrupted that begins at these, and {@link #goesOn goes on}. */
    public static Registers byRestartBlock(Registers before) {
        return before.copy()
                .set(Name.ORIG_RAX, before.rax())
                .set(Name.RAX, -ERESTART_RESTARTBLOCK)
                .set(Name.RIP, before.rip() + SYSCALL_INSTRUCTION_BYTES);
    }
}
