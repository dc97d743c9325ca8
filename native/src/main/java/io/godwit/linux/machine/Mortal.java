package io.godwit.linux.machine;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;

/** Tells the death of a thread from other failures: a thread that is killed while it is stopped answers ESRCH. */
final class Mortal {
    private Mortal() {}

    /** What is done to a thread. */
    interface Action<T> {
        T run() throws IOException;
    }

    static <T> T call(Tracee thread, Action<T> action) throws IOException {
        try {
            return action.run();
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            MachineException died = MachineException.died(thread.tid(), "died");
            died.initCause(e);
            throw died;
        }
    }
}
