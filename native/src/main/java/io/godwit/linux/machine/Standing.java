package io.godwit.linux.machine;

import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.util.Optional;

/**
 * How a thread stands in a signal stop or an event stop, and will go on; nothing but its tracer can change it.
 *
 * @param registers outside of a restartable sequence, and of what an earlier tracer has left
 * @param signalMask the blocked signals; bit n-1 stands for signal n
 */
public record Standing(Registers registers, long signalMask) {
    /** Asks the kernel. */
    public static Standing of(Tracee stopped) throws IOException {
        Registers registers = stopped.registers();
        Optional<Standing> goal = WayHome.goal(stopped.tid(), registers);
        return goal.isPresent()
                ? goal.get()
                : new Standing(RestartableSequence.leave(stopped, registers), stopped.signalMask());
    }
}
