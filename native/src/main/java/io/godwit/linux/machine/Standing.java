package io.godwit.linux.machine;

import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;

/**
 * How a thread stands in a signal stop or an event stop, and will go on; nothing but its tracer can change it.
 *
 * @param registers outside of a restartable sequence
 * @param signalMask the blocked signals; bit n-1 stands for signal n
 */
public record Standing(Registers registers, long signalMask) {
    /** Asks the kernel. */
    public static Standing of(Tracee stopped) throws IOException {
        return new Standing(RestartableSequence.leave(stopped, stopped.registers()), stopped.signalMask());
    }
}
