package io.godwit.linux.machine;

import static io.godwit.linux.machine.Operand.imm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Operand.Register;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.linux.trace.Stop;
import io.godwit.linux.trace.Tracee;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a restored tree begins: a seed with the pid of the root task, and children forked by programs. */
class SeedIT {
    private static final int SIGCHLD = 17;
    private static final int SIGKILL = 9;
    private static final int CLONE_VM_FILES_SIGHAND_THREAD = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000;

    /** Where a small static program has nothing. */
    private static final long ELSEWHERE = 0x2000_0000_0000L;

    @TempDir
    Path directory;

    @Test
    void aSeedGetsItsPidAndForksAChildWithAPidOfItsOwn() throws Exception {
        int wanted = freePid();
        int wantedChild = wanted + 1;
        assertThat(spawn(wanted)).isEqualTo(wanted);
        Tracee root = seize(wanted);
        try {
            RemoteMachine machine = RemoteMachine.installInSeed(root, 0, 0);
            Assembler a = new Assembler();
            DataSlot tid = a.words(imm(wantedChild));
            DataSlot arguments = a.words(
                    imm(0),
                    imm(0),
                    imm(0),
                    imm(0),
                    imm(SIGCHLD),
                    imm(0),
                    imm(0),
                    imm(0),
                    tid.address(),
                    imm(1),
                    imm(0));
            a.label("fork task " + wantedChild);
            a.callExpect(Syscall.CLONE3, wantedChild, arguments.address(), imm(arguments.size()));
            assertThat(machine.run(root, 0, a.build()).children()).containsExactly(wantedChild);

            Tracee child = Tracee.adopted(wantedChild);
            assertThat(child.await()).isEqualTo(new Stop.Event(Tracee.EVENT_STOP, Tracee.SIGTRAP));
            RemoteMachine inChild = machine.forked(child);
            Assembler b = new Assembler();
            Register pid = b.call(Syscall.GETPID);
            Register parent = b.call(Syscall.GETPPID);
            RunResult result = inChild.run(child, 0, b.build());
            assertThat(result.value(pid)).isEqualTo(wantedChild);
            assertThat(result.value(parent)).isEqualTo(wanted);
        } finally {
            kill(wanted);
        }
    }

    @Test
    void aThreadThatAProgramMakesRunsProgramsInItsSlot() throws Exception {
        int pid = spawn(0);
        Tracee root = seize(pid);
        try {
            RemoteMachine machine = RemoteMachine.installInSeed(root, 0, 1);
            long stackTop = machine.region().arena(1);
            Assembler a = new Assembler();
            DataSlot arguments = a.words(
                    imm(CLONE_VM_FILES_SIGHAND_THREAD),
                    imm(0),
                    imm(0),
                    imm(0),
                    imm(0),
                    imm(stackTop - MachineRegion.STACK_BYTES),
                    imm(MachineRegion.STACK_BYTES),
                    imm(0));
            Register made = a.call(Syscall.CLONE3, arguments.address(), imm(arguments.size()));
            RunResult result = machine.run(root, 0, a.build());
            int tid = (int) result.value(made);
            assertThat(result.children()).containsExactly(tid);
            Tracee thread = Tracee.adopted(tid);
            assertThat(thread.await()).isInstanceOf(Stop.Event.class);
            Assembler b = new Assembler();
            Register self = b.call(Syscall.GETTID);
            Register process = b.call(Syscall.GETPID);
            RunResult inThread = machine.run(thread, 1, b.build());
            assertThat(inThread.value(self)).isEqualTo(tid);
            assertThat(inThread.value(process)).isEqualTo(pid);
        } finally {
            kill(pid);
        }
    }

    @Test
    void theMachineMovesAndStaysWhereItIsWhenItCanNot() throws Exception {
        int pid = spawn(0);
        Tracee root = seize(pid);
        try {
            List<Vma> own = ProcDirectory.process(pid).maps();
            RemoteMachine machine = RemoteMachine.installInSeed(root, 0, 2);
            MachineRegion first = machine.region();
            assertThatThrownBy(() -> machine.move(root, own.get(0).start()))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("map the machine's new place")
                    .hasMessageContaining("EEXIST");
            assertThat(machine.region()).isEqualTo(first);
            assertThat(pidOf(machine, root)).isEqualTo(pid);

            machine.move(root, ELSEWHERE);
            assertThat(machine.region()).isEqualTo(new MachineRegion(ELSEWHERE, 2));
            assertThat(pidOf(machine, root)).isEqualTo(pid);
            assertThat(ProcDirectory.process(pid).maps())
                    .hasSize(own.size() + 1)
                    .containsAll(own)
                    .noneMatch(vma -> vma.start() < first.end() && first.start() < vma.end());
        } finally {
            kill(pid);
        }
    }

    private static long pidOf(RemoteMachine machine, Tracee tracee) throws Exception {
        Assembler a = new Assembler();
        Register pid = a.call(Syscall.GETPID);
        return machine.run(tracee, 0, a.build()).value(pid);
    }

    @Test
    void theSeedHoldsNoDescriptorButTheStandardOnes() throws Exception {
        int pid = spawn(0);
        try {
            assertThat(ProcDirectory.process(pid).descriptors()).containsExactly(0, 1, 2);
        } finally {
            kill(pid);
        }
    }

    private int spawn(int wanted) throws Exception {
        Path seed = MachineImage.extractSeed(directory);
        // The shell's pipe would stay open in the sleeping child, so the answer goes through a file.
        Path answer = directory.resolve("answer");
        Process process = new ProcessBuilder(seed.toString(), Integer.toString(wanted))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(answer.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        return Integer.parseInt(Files.readString(answer, StandardCharsets.UTF_8).trim());
    }

    private static Tracee seize(int pid) throws Exception {
        Tracee root = Tracee.seize(
                pid,
                Tracee.OPTION_EXITKILL
                        | Tracee.OPTION_TRACE_CLONE
                        | Tracee.OPTION_TRACE_FORK
                        | Tracee.OPTION_TRACE_VFORK);
        root.interrupt();
        assertThat(root.await()).isInstanceOf(Stop.Event.class);
        return root;
    }

    /** The highest pids are the last that the kernel hands out. */
    private static int freePid() throws Exception {
        // The kernel answers only the first read of such a file, so it must be one with room.
        int max = Integer.parseInt(
                Files.readAllLines(Path.of("/proc/sys/kernel/pid_max")).get(0));
        for (int pid = max - 2; pid > 1; pid -= 2) {
            if (Kernel.syscall(Syscall.KILL, pid, 0) < 0 && Kernel.syscall(Syscall.KILL, pid + 1, 0) < 0) {
                return pid;
            }
        }
        throw new AssertionError("no free pid below " + max);
    }

    private static void kill(int pid) {
        Kernel.syscall(Syscall.KILL, pid, SIGKILL);
    }
}
