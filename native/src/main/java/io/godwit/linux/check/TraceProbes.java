package io.godwit.linux.check;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.trace.RseqConfiguration;
import io.godwit.linux.trace.Tracee;

/** Tries ptrace(2). */
final class TraceProbes {
    private static final int POKE_USER = 6;
    private static final int SECCOMP_GET_FILTER = 0x420c;

    /** Where struct user of x86-64 has the debug registers. */
    private static final int DEBUG_REGISTERS = 848;

    private static final int DEBUG_CONTROL = 7;
    private static final int ENABLE_FIRST = 1;

    private TraceProbes() {}

    static String seize(Subject subject) throws LinuxException {
        return stopped(subject, tracee -> "");
    }

    static String xstate(Subject subject) throws LinuxException {
        return stopped(subject, tracee -> tracee.xstate().length + " bytes of FPU state");
    }

    static String rseq(Subject subject) throws LinuxException {
        return stopped(subject, tracee -> {
            RseqConfiguration rseq = tracee.rseq();
            return rseq.registered() ? rseq.size() + " bytes" : "";
        });
    }

    static String seccompSuspend(Subject subject) throws LinuxException {
        return stopped(subject, Tracee.OPTION_SUSPEND_SECCOMP, tracee -> "");
    }

    /** There is no filter to read: the kernel complains of that, where it has the call. */
    static String seccompFilters(Subject subject) throws LinuxException {
        return stopped(subject, tracee -> {
            long result = Kernel.syscall(Syscall.PTRACE, SECCOMP_GET_FILTER, tracee.tid(), 0, 0);
            if (result != -Errno.EINVAL.value() && result != -Errno.ENOENT.value()) {
                Kernel.check(result, "ptrace(SECCOMP_GET_FILTER)", "a child");
            }
            return "";
        });
    }

    /** Sets a breakpoint by the debug registers and takes it away again. */
    static String breakpoints(Subject subject) throws LinuxException {
        return stopped(subject, tracee -> {
            long[][] settings = {
                {0, tracee.registers().rip()}, {DEBUG_CONTROL, ENABLE_FIRST}, {DEBUG_CONTROL, 0}, {0, 0}
            };
            for (long[] setting : settings) {
                long at = DEBUG_REGISTERS + setting[0] * Long.BYTES;
                Kernel.check(
                        Kernel.syscall(Syscall.PTRACE, POKE_USER, tracee.tid(), at, setting[1]),
                        "ptrace(POKEUSER)",
                        "debug register " + setting[0] + " of a child");
            }
            return "";
        });
    }

    private interface Look {
        String at(Tracee tracee) throws LinuxException;
    }

    private static String stopped(Subject subject, Look look) throws LinuxException {
        return stopped(subject, 0, look);
    }

    private static String stopped(Subject subject, int options, Look look) throws LinuxException {
        Tracee tracee = Tracee.seize(subject.pid(), options);
        tracee.stop();
        try {
            return look.at(tracee);
        } finally {
            tracee.detach(0);
        }
    }
}
