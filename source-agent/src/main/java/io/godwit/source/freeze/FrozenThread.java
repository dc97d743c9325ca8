package io.godwit.source.freeze;

import io.godwit.linux.machine.Standing;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Tracee;

/**
 * A thread that stands still, with the registers and the signal mask that it had.
 *
 * @param groupStop the signal of the group stop that the thread was in already, or 0
 */
public record FrozenThread(Tracee tracee, Registers registers, long signalMask, int groupStop) {
    public int tid() {
        return tracee.tid();
    }

    /** How it will go on. */
    public Standing standing() {
        return new Standing(registers, signalMask);
    }
}
