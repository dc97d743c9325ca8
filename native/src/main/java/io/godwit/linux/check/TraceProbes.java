package io.godwit.linux.check;

import io.godwit.linux.LinuxException;
import io.godwit.linux.trace.RseqConfiguration;
import io.godwit.linux.trace.Tracee;

/** Tries ptrace(2). */
final class TraceProbes {
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

    private interface Look {
        String at(Tracee tracee) throws LinuxException;
    }

    private static String stopped(Subject subject, Look look) throws LinuxException {
        Tracee tracee = Tracee.seize(subject.pid(), 0);
        tracee.interrupt();
        tracee.await();
        try {
            return look.at(tracee);
        } finally {
            tracee.detach(0);
        }
    }
}
