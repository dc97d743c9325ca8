package io.godwit.linux.machine;

import static io.godwit.linux.machine.Operand.imm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Operand.Register;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Tracee;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The machine in a stranger's process; it must go without a trace. */
class MachineIT {
    private static final int AT_FDCWD = -100;
    /** So many that some of them meet the thread inside its sequence, where it is most of the time. */
    private static final int ROUNDS = 30;

    /** What a victim says in the end that ignores a signal. */
    static final String OF_IGNORED = "ignored same flags same mask";

    private final Assembler a = new Assembler();

    @Test
    void aBlockedReadGoesOnAsIfNothingHadHappened() throws Exception {
        try (Victim victim = Victim.start("read")) {
            victim.awaitBlockedIn(Syscall.READ);
            List<String> maps = victim.maps();
            Tracee tracee = victim.stop();
            Registers registers = tracee.registers();
            long mask = tracee.signalMask();
            byte[] xstate = tracee.xstate();

            RemoteMachine machine = RemoteMachine.install(tracee, 0, 2);
            Register pid = a.call(Syscall.GETPID);
            DataSlot directory = a.reserve(4096);
            Register length = a.call(Syscall.GETCWD, directory.address(), imm(directory.size()));
            RunResult result = machine.run(tracee, 0, a.build());
            assertThat(victim.maps()).hasSizeGreaterThan(maps.size());
            assertThat(machine.originalRegisters(tracee)).isEqualTo(registers);
            assertThat(machine.originalSignalMask(tracee)).isEqualTo(mask);
            machine.remove(tracee);

            assertThat(result.value(pid)).isEqualTo(victim.pid());
            byte[] path = new byte[(int) result.value(length) - 1];
            result.data(directory).get(path);
            assertThat(new String(path, StandardCharsets.UTF_8))
                    .isEqualTo(Path.of("").toAbsolutePath().toString());
            assertThat(tracee.registers()).isEqualTo(registers);
            assertThat(tracee.signalMask()).isEqualTo(mask);
            assertThat(tracee.xstate()).isEqualTo(xstate);
            assertThat(victim.maps()).isEqualTo(maps);
            tracee.detach(0);
            victim.awaitBlockedIn(Syscall.READ);
            victim.send("hello");
            assertThat(victim.line()).isEqualTo("got hello after 0 signals");
        }
    }

    @Test
    void aSleepKeepsItsDuration() throws Exception {
        try (Victim victim = Victim.start("nanosleep")) {
            Tracee tracee = victim.stop();
            installRunAndRemove(tracee);
            tracee.detach(0);
            assertThat(victim.line()).isEqualTo("slept 0 long enough");
        }
    }

    @Test
    void aPollGoesOnWaiting() throws Exception {
        try (Victim victim = Victim.start("poll")) {
            victim.awaitBlockedIn(Syscall.POLL);
            Tracee tracee = victim.stop();
            installRunAndRemove(tracee);
            tracee.detach(0);
            victim.send("now");
            assertThat(victim.line()).isEqualTo("polled 1");
        }
    }

    @Test
    void aFailureIsToldInTheWordsOfItsLabelAndTheMachineGoesOnWorking() throws Exception {
        try (Victim victim = Victim.start("read")) {
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
            a.label("reopen /nowhere/app.log for fd 5 of pid " + victim.pid());
            a.call(Syscall.OPENAT, imm(AT_FDCWD), a.string("/nowhere/app.log").address(), imm(0));
            assertThatThrownBy(() -> machine.run(tracee, 0, a.build()))
                    .isInstanceOf(MachineException.class)
                    .hasMessage("cannot reopen /nowhere/app.log for fd 5 of pid " + victim.pid()
                            + ": No such file or directory (openat: ENOENT)");
            assertThat(getPid(machine, tracee, 0)).isEqualTo(victim.pid());
            machine.remove(tracee);
            tracee.detach(0);
            victim.send("x");
            assertThat(victim.line()).isEqualTo("got x after 0 signals");
        }
    }

    @Test
    void aBadAddressInAProgramIsToldAndTheProcessKeepsItsHandlerForIt() throws Exception {
        try (Victim victim = Victim.start("read")) {
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
            a.label("read the robust list").load64(imm(8));
            assertThatThrownBy(() -> machine.run(tracee, 0, a.build()))
                    .hasMessageMatching("cannot read the robust list: thread \\d+ got signal 11 in LOAD64");
            machine.remove(tracee);
            tracee.detach(0);
            victim.awaitBlockedIn(Syscall.READ);
            victim.signal(Victim.SIGSEGV);
            assertThat(victim.line()).isEqualTo("errno 4 after 1 signals");
        }
    }

    @Test
    void aSegmentationFaultSentByKillIsNoFaultOfTheProgram() throws Exception {
        try (Victim victim = Victim.start("read")) {
            victim.awaitBlockedIn(Syscall.READ);
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
            victim.signal(Victim.SIGSEGV);
            assertThat(getPid(machine, tracee, 0)).isEqualTo(victim.pid());
            machine.remove(tracee);
            tracee.detach(0);
            assertThat(victim.line()).isEqualTo("errno 4 after 1 signals");
        }
    }

    @Test
    void signalsWaitUntilTheMachineIsGone() throws Exception {
        try (Victim victim = Victim.start("read")) {
            victim.awaitBlockedIn(Syscall.READ);
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
            victim.signal(Victim.SIGUSR1);
            assertThat(getPid(machine, tracee, 0)).isEqualTo(victim.pid());
            machine.remove(tracee);
            tracee.detach(0);
            assertThat(victim.line()).isEqualTo("errno 4 after 1 signals");
        }
    }

    @Test
    void aSigstopInTheMiddleTakesEffectAtTheEnd() throws Exception {
        try (Victim victim = Victim.start("read")) {
            victim.awaitBlockedIn(Syscall.READ);
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
            DataSlot duration = a.words(imm(0), imm(50_000_000));
            a.callAny(Syscall.NANOSLEEP, duration.address(), imm(0));
            machine.start(tracee, 0, a.build());
            victim.signal(Victim.SIGSTOP);
            machine.finish(tracee);
            machine.remove(tracee);
            tracee.detach(0);
            victim.awaitState('T');
            victim.signal(Victim.SIGCONT);
            victim.send("again");
            assertThat(victim.line()).isEqualTo("got again after 0 signals");
        }
    }

    @Test
    void aStoppedProcessStaysStopped() throws Exception {
        try (Victim victim = Victim.start("read")) {
            victim.stopByJobControl(Syscall.READ);
            Tracee tracee = victim.stop();
            installRunAndRemove(tracee);
            tracee.detach(0);
            victim.awaitState('T');
            victim.signal(Victim.SIGCONT);
            victim.send("again");
            assertThat(victim.line()).isEqualTo("got again after 0 signals");
        }
    }

    @Test
    void anIgnoredSigtrapStaysIgnored() throws Exception {
        try (Victim victim = Victim.start("ignore-sigtrap")) {
            victim.awaitBlockedIn(Syscall.READ);
            Tracee tracee = victim.stop();
            List<String> maps = victim.maps();
            Registers registers = tracee.registers();
            installRunAndRemove(tracee);
            assertThat(tracee.registers()).isEqualTo(registers);
            assertThat(victim.maps()).isEqualTo(maps);
            tracee.detach(0);
            victim.awaitBlockedIn(Syscall.READ);
            victim.signal(Victim.SIGTRAP);
            victim.send("x");
            assertThat(victim.line()).isEqualTo("got x after 0 signals");
            assertThat(victim.line()).isEqualTo(OF_IGNORED);
        }
    }

    @Test
    void threadsRunProgramsAtTheSameTime() throws Exception {
        try (Victim victim = Victim.start("threads")) {
            int[] tids = victim.proc().threads();
            Tracee[] tracees = new Tracee[tids.length];
            for (int i = 0; i < tids.length; i++) {
                tracees[i] = Victim.stop(tids[i]);
            }
            RemoteMachine machine = RemoteMachine.install(tracees[0], 0, tids.length - 1);
            Register tid = a.call(Syscall.GETTID);
            Program program = a.build();
            for (int i = 0; i < tids.length; i++) {
                machine.start(tracees[i], i, program);
            }
            for (int i = 0; i < tids.length; i++) {
                assertThat(machine.finish(tracees[i]).value(tid)).isEqualTo(tids[i]);
            }
            machine.remove(tracees[0]);
            for (Tracee tracee : tracees) {
                tracee.detach(0);
            }
            victim.send("all");
            assertThat(victim.line()).isEqualTo("got all after 0 signals");
        }
    }

    @Test
    void anInterruptedRestartableSequenceIsAborted() throws Exception {
        try (Victim victim = Victim.start("rseq")) {
            long mark = Long.decode(victim.announced().replace("marks ", ""));
            for (int i = 0; i < ROUNDS; i++) {
                victim.awaitZero(mark);
                Tracee tracee = victim.stop();
                RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
                Assembler b = new Assembler();
                b.store64(imm(mark), imm(1));
                machine.run(tracee, 0, b.build());
                machine.remove(tracee);
                tracee.detach(0);
            }
            victim.send("x");
            assertThat(victim.line()).isEqualTo("broken 0, aborted");
        }
    }

    @Test
    void theMachineLiesWhereItIsWantedAndRefusesATakenPlace() throws Exception {
        try (Victim victim = Victim.start("read")) {
            List<String> maps = victim.maps();
            Tracee tracee = victim.stop();
            Registers registers = tracee.registers();
            long taken = victim.proc().maps().get(0).start();
            assertThatThrownBy(() -> RemoteMachine.install(tracee, taken, 0)).hasMessageContaining("File exists");
            assertThat(tracee.registers()).isEqualTo(registers);
            RemoteMachine machine = RemoteMachine.install(tracee, 0x1000_0000L, 0);
            assertThat(machine.region().start()).isEqualTo(0x1000_0000L);
            assertThat(getPid(machine, tracee, 0)).isEqualTo(victim.pid());
            machine.remove(tracee);
            assertThat(victim.maps()).isEqualTo(maps);
            tracee.detach(0);
        }
    }

    @Test
    void theDeathOfTheProcessIsTold() throws Exception {
        try (Victim victim = Victim.start("read")) {
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
            a.callAny(Syscall.PAUSE);
            machine.start(tracee, 0, a.build());
            victim.signal(Victim.SIGKILL);
            assertThatThrownBy(() -> machine.finish(tracee))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("thread " + victim.pid() + " was killed by signal 9");
        }
    }

    @Test
    void theDeathOfAStoppedProcessIsTold() throws Exception {
        try (Victim victim = Victim.start("read")) {
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
            victim.signal(Victim.SIGKILL);
            victim.awaitState('Z');
            assertThatThrownBy(() -> machine.run(tracee, 0, a.build()))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("thread " + victim.pid() + " died");
            assertThatThrownBy(() -> machine.remove(tracee))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("thread " + victim.pid() + " died");
            tracee.await();
        }
    }

    @Test
    void aProgramThatDoesNotFitIsRefused() throws Exception {
        try (Victim victim = Victim.start("read")) {
            Tracee tracee = victim.stop();
            RemoteMachine machine = RemoteMachine.install(tracee, 0, 1);
            a.reserve(MachineRegion.THREAD_ARENA_BYTES);
            assertThatThrownBy(() -> machine.run(tracee, 1, a.build())).hasMessageContaining("split it");
            machine.run(tracee, 0, a.build());
            machine.remove(tracee);
            tracee.detach(0);
        }
    }

    static void installRunAndRemove(Tracee tracee) throws Exception {
        RemoteMachine machine = RemoteMachine.install(tracee, 0, 0);
        assertThat(getPid(machine, tracee, 0)).isEqualTo(tracee.tid());
        machine.remove(tracee);
    }

    private static long getPid(RemoteMachine machine, Tracee tracee, int slot) throws Exception {
        Assembler assembler = new Assembler();
        Register pid = assembler.call(Syscall.GETPID);
        return machine.run(tracee, slot, assembler.build()).value(pid);
    }
}
