package io.godwit.source.exec;

import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.machine.Standing;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.trace.InterruptedCall;
import io.godwit.linux.trace.Tracee;
import io.godwit.source.options.OptionException;
import io.godwit.source.preflight.TargetPid;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Has the main thread of a process make one system call. The thread is stopped for it, wherever it is; a call that it sits in
 * goes on afterwards, with the time that was left. Its other threads run on.
 */
public final class RemoteSyscall {
    private RemoteSyscall() {}

    /**
     * Makes the call.
     *
     * @param limit a call that blocks for longer fails with EINTR
     * @throws OptionException if it can not be made in this process
     */
    public static SyscallResult run(int pid, SyscallRequest request, Duration limit) throws IOException {
        TargetPid.ofThisHost().requireAnother(pid);
        ProcStatus status = ProcDirectory.process(pid).status();
        if (status.tracer() != 0) {
            throw new OptionException("process " + pid + " is traced by process " + status.tracer()
                    + ", and a process can have one tracer: end that debugger first");
        }
        Tracee leader = Tracee.seize(pid, status.seccomp() == 0 ? 0 : Tracee.OPTION_SUSPEND_SECCOMP);
        if (!leader.stop()) {
            throw new IOException("process " + pid + " ended before it could make the call");
        }
        try (Patience patience = new Patience(limit)) {
            return run(leader, request, patience);
        } finally {
            letGo(leader);
        }
    }

    private static SyscallResult run(Tracee leader, SyscallRequest request, BooleanSupplier givenUp)
            throws IOException {
        if (leader.runs32BitCode()) {
            throw new OptionException(
                    "process " + leader.tid() + " runs 32-bit code: its system calls have other numbers"
                            + " and arguments, and Godwit knows those of x86-64 alone");
        }
        if (request.overwritesRestart()
                && InterruptedCall.goesOn(Standing.of(leader).registers())) {
            throw new OptionException(
                    "process " + leader.tid() + " was interrupted in a timed sleep, and a call that can"
                            + " sleep itself would make it forget the rest: try again when it does something else");
        }
        Assembler program = new Assembler();
        program.label("make a system call in process " + leader.tid());
        Operand.Register result = request.appendTo(program);
        RemoteMachine machine = RemoteMachine.install(leader, 0, 0);
        try {
            machine.start(leader, 0, program.build());
            return new SyscallResult(
                    request.number(), machine.finish(leader, givenUp).value(result));
        } finally {
            if (ProcDirectory.process(leader.tid()).lives()) {
                machine.remove(leader);
            }
        }
    }

    private static void letGo(Tracee leader) throws IOException {
        if (ProcDirectory.process(leader.tid()).lives()) {
            leader.detach(0);
        }
    }
}
