package io.godwit.linux.machine;

import static io.godwit.linux.machine.Operand.imm;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.trace.InterruptedCall;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tracer dies while threads of a stranger's process are borrowed: they go on as if nothing had happened. */
class TracerDeathIT {
    /** How far a tracer comes until it dies. */
    private enum Step {
        INSTALLING,
        INSTALLED,
        RUNNING,
        RUN,
        REMOVING,
        REMOVED
    }

    private static Stream<Arguments> lives() {
        Map<String, List<String>> modes = Map.of(
                "read", List.of("got x after 0 signals"),
                "registers", List.of("got x after 0 signals", "wrong 0 after 0 signals"),
                "nanosleep", List.of("slept 0 long enough"),
                "ignore-sigtrap", List.of("got x after 0 signals", MachineIT.OF_IGNORED),
                "handle-sigsegv", List.of("got x after 0 signals", "same handler same stack"));
        return Stream.of(Step.values())
                .flatMap(step ->
                        modes.entrySet().stream().map(mode -> Arguments.of(step, mode.getKey(), mode.getValue())));
    }

    @ParameterizedTest
    @MethodSource("lives")
    void aProcessOutlivesItsTracer(Step last, String mode, List<String> said) throws Exception {
        try (Victim victim = Victim.start(mode)) {
            if (!mode.equals("registers")) {
                victim.awaitBlockedIn(mode.equals("nanosleep") ? Syscall.CLOCK_NANOSLEEP : Syscall.READ);
            }
            long mask = victim.proc().status().bits("SigBlk");
            endedTracer(victim, () -> come(last, victim.stop()));
            Victim.awaitUntil(() -> victim.proc().status().bits("SigBlk") == mask);
            victim.send("x");
            for (String line : said) {
                assertThat(victim.line()).isEqualTo(line);
            }
        }
    }

    private interface Tracer {
        void run() throws IOException;
    }

    /** A tracer is a thread, and lets go when it ends. */
    private static void endedTracer(Victim victim, Tracer tracer) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        tracer.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "tracer");
        thread.setUncaughtExceptionHandler((same, why) -> failure.set(why));
        thread.start();
        thread.join();
        assertThat(failure.get()).isNull();
        Victim.awaitUntil(() -> victim.proc().status().tracer() == 0);
    }

    private static void come(Step last, Tracee... threads) throws IOException {
        Tracee leader = threads[0];
        ProcDirectory process = ProcDirectory.process(leader.tid());
        RemoteMachine.Installation installation = RemoteMachine.beginInstall(
                leader, Standing.of(leader), process.status(), process.maps(), 0, threads.length - 1);
        if (last == Step.INSTALLING) {
            return;
        }
        RemoteMachine machine = installation.end();
        if (last == Step.INSTALLED) {
            return;
        }
        Assembler a = new Assembler();
        DataSlot duration = a.words(imm(0), imm(50_000_000));
        // it does not touch how the kernel goes on with an interrupted sleep
        a.call(Syscall.PSELECT6, imm(0), imm(0), imm(0), imm(0), duration.address(), imm(0));
        Program program = a.build();
        for (int i = 0; i < threads.length; i++) {
            machine.start(threads[i], i, program);
        }
        if (last == Step.RUNNING) {
            return;
        }
        for (Tracee thread : threads) {
            machine.finish(thread);
        }
        if (last == Step.RUN) {
            return;
        }
        machine.beginRemove(leader);
        if (last == Step.REMOVING) {
            return;
        }
        machine.endRemove(leader);
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void threadsOutliveTheirTracerToo(Step last) throws Exception {
        try (Victim victim = Victim.start("threads")) {
            int[] tids = victim.proc().threads();
            endedTracer(victim, () -> {
                Tracee[] tracees = new Tracee[tids.length];
                for (int i = 0; i < tids.length; i++) {
                    tracees[i] = Victim.stop(tids[i]);
                }
                come(last, tracees);
            });
            victim.send("all");
            assertThat(victim.line()).isEqualTo("got all after 0 signals");
        }
    }

    /** It stands in the middle of its way home when the next tracer comes. */
    @ParameterizedTest
    @EnumSource(Step.class)
    void aStoppedProcessOutlivesItsTracerAndIsBorrowedAgain(Step last) throws Exception {
        try (Victim victim = Victim.start("read")) {
            victim.stopByJobControl(Syscall.READ);
            long mask = victim.proc().status().bits("SigBlk");
            endedTracer(victim, () -> come(last, victim.stop()));
            victim.awaitState('T');

            Tracee tracee = victim.stop();
            MachineIT.installRunAndRemove(tracee);
            tracee.detach(0);

            victim.awaitState('T');
            victim.signal(Victim.SIGCONT);
            victim.awaitBlockedIn(Syscall.READ);
            assertThat(victim.proc().status().bits("SigBlk")).isEqualTo(mask);
            victim.send("again");
            assertThat(victim.line()).isEqualTo("got again after 0 signals");
        }
    }

    /** For a migration to tell which call it was, and for its time. */
    @Test
    void aStoppedSleepIsOneForTheNextTracerToo() throws Exception {
        try (Victim victim = Victim.start("nanosleep")) {
            victim.stopByJobControl(Syscall.CLOCK_NANOSLEEP);
            endedTracer(victim, () -> come(Step.RUN, victim.stop()));
            victim.awaitState('T');

            Tracee tracee = victim.stop();
            assertThat(InterruptedCall.goesOn(Standing.of(tracee).registers())).isTrue();
            MachineIT.installRunAndRemove(tracee);
            tracee.detach(0);

            victim.awaitState('T');
            victim.signal(Victim.SIGCONT);
            assertThat(victim.line()).isEqualTo("slept 0 long enough");
        }
    }

    @Test
    void aSignalThatWaitsIsHandledWhenTheTracerIsDead() throws Exception {
        try (Victim victim = Victim.start("registers")) {
            endedTracer(victim, () -> {
                come(Step.RUN, victim.stop());
                // for this thread, as the other one would take it else
                Kernel.check(Kernel.syscall(Syscall.TKILL, victim.pid(), Victim.SIGUSR1), "tkill", "the victim");
            });
            victim.send("x");
            assertThat(victim.line()).startsWith("got x");
            assertThat(victim.line()).isEqualTo("wrong 0 after 1 signals");
        }
    }
}
