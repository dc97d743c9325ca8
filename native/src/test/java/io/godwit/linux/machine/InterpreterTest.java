package io.godwit.linux.machine;

import static io.godwit.linux.machine.Operand.imm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Operand.Register;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpreterTest {
    private static final int AT_FDCWD = -100;

    @TempDir
    Path directory;

    private final Assembler a = new Assembler();
    private LocalMachine seed;

    @BeforeEach
    void extractTheSeed() throws Exception {
        seed = LocalMachine.in(directory);
    }

    @Test
    void anEmptyProgramRunsToItsEnd() throws Exception {
        assertThat(seed.run(a.build()).children()).isEmpty();
    }

    @Test
    void setAndAddWorkOnConstantsAndRegisters() throws Exception {
        Register x = a.register();
        Register y = a.register();
        a.set(x, imm(40));
        a.add(y, x, imm(2));
        a.add(x, y, imm(-100));
        RunResult result = seed.run(a.build());
        assertThat(result.value(y)).isEqualTo(42);
        assertThat(result.value(x)).isEqualTo(-58);
    }

    @Test
    void aLoopSumsUp() throws Exception {
        Register i = a.register();
        Register sum = a.register();
        Mark again = a.mark();
        a.place(again);
        a.add(i, i, imm(1));
        a.add(sum, sum, i);
        a.jumpIfLess(i, imm(100), again);
        assertThat(seed.run(a.build()).value(sum)).isEqualTo(5050);
    }

    @Test
    void jumpsTakeTheirConditionInto() throws Exception {
        Register taken = a.register();
        skipIf(taken, 1, skip -> a.jumpIfEqual(imm(7), imm(7), skip));
        skipIf(taken, 2, skip -> a.jumpIfEqual(imm(7), imm(8), skip));
        skipIf(taken, 4, skip -> a.jumpIfNotEqual(imm(7), imm(8), skip));
        skipIf(taken, 8, skip -> a.jumpIfNotEqual(imm(7), imm(7), skip));
        skipIf(taken, 16, skip -> a.jumpIfLess(imm(-1), imm(0), skip));
        skipIf(taken, 32, skip -> a.jumpIfLess(imm(0), imm(-1), skip));
        skipIf(taken, 64, a::jump);
        assertThat(seed.run(a.build()).value(taken)).isEqualTo(2 + 8 + 32);
    }

    @Test
    void loadsAndStoresReachTheData() throws Exception {
        DataSlot slot = a.words(imm(0x1122334455667788L), imm(-1));
        Register wide = a.load64(slot.address());
        Register narrow = a.load32(slot.at(8));
        a.store32(slot.at(9), imm(0));
        a.store64(slot.address(), wide);
        a.store64(slot.address(), imm(5));
        RunResult result = seed.run(a.build());
        assertThat(result.value(wide)).isEqualTo(0x1122334455667788L);
        assertThat(result.value(narrow)).isEqualTo(0xffffffffL);
        assertThat(result.data(slot).getLong(0)).isEqualTo(5);
        assertThat(result.data(slot).getLong(8)).isEqualTo(0xffffff00000000ffL);
    }

    @Test
    void wordsMayHoldAddresses() throws Exception {
        DataSlot text = a.string("moved");
        DataSlot pointer = a.words(text.at(2));
        Register address = a.load64(pointer.address());
        Register letters = a.load32(address);
        assertThat(seed.run(a.build()).value(letters)).isEqualTo('v' | 'e' << 8 | 'd' << 16);
    }

    @Test
    void copyMovesBytes() throws Exception {
        DataSlot from = a.data("tundra to tasmania".getBytes(StandardCharsets.US_ASCII));
        DataSlot to = a.reserve(from.size());
        a.copy(to.address(), from.address(), imm(from.size()));
        byte[] copied = new byte[from.size()];
        seed.run(a.build()).data(to).get(copied);
        assertThat(new String(copied, StandardCharsets.US_ASCII)).isEqualTo("tundra to tasmania");
    }

    @Test
    void cpuidNamesTheVendor() throws Exception {
        DataSlot answer = a.reserve(16);
        a.cpuid(imm(0), imm(0), answer.address());
        ByteBuffer words = seed.run(a.build()).data(answer);
        byte[] vendor = new byte[12];
        words.get(4, vendor, 0, 4).get(12, vendor, 4, 4).get(8, vendor, 8, 4);
        assertThat(Files.readString(Path.of("/proc/cpuinfo"))).contains(new String(vendor, StandardCharsets.US_ASCII));
    }

    @Test
    void syscallsTakeSixArgumentsAndTheirResultsAreKept() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        Register fd =
                a.call(Syscall.OPENAT, imm(AT_FDCWD), a.string(file.toString()).address(), imm(0));
        Register mapped = a.call(Syscall.MMAP, imm(0), imm(4096), imm(1), imm(2), fd, imm(0));
        Register start = a.load64(mapped);
        assertThat(seed.run(a.build()).value(start)).isEqualTo(0x3736353433323130L);
    }

    @Test
    void aFailedSyscallReportsItsLabelItsErrnoAndItsAdvice() {
        a.call(Syscall.GETPID);
        a.label("reopen /var/log/app.log for fd 5 of pid 4711").advice("create the file on the target host");
        a.call(Syscall.OPENAT, imm(AT_FDCWD), a.string("/nowhere/app.log").address(), imm(0));
        MachineException e = catchThrowableOfType(MachineException.class, () -> seed.run(a.build()));
        assertThat(e)
                .hasMessage("cannot reopen /var/log/app.log for fd 5 of pid 4711: No such file or directory"
                        + " (openat: ENOENT); create the file on the target host");
        assertThat(e.pc()).isEqualTo(1);
        assertThat(e.result()).isEqualTo(-Errno.ENOENT.value());
    }

    @Test
    void anyResultAndAToleratedErrnoGoOn() throws Exception {
        Register any = a.callAny(Syscall.CLOSE, imm(999));
        Register tolerated = a.callOr(Syscall.CLOSE, Errno.EBADF, imm(999));
        Register exact = a.callExpect(Syscall.CLOSE, -Errno.EBADF.value(), imm(999));
        RunResult result = seed.run(a.build());
        assertThat(result.value(any)).isEqualTo(-Errno.EBADF.value());
        assertThat(result.value(tolerated)).isEqualTo(-Errno.EBADF.value());
        assertThat(result.value(exact)).isEqualTo(-Errno.EBADF.value());
    }

    @Test
    void anotherErrnoThanTheToleratedOneFails() {
        a.label("close nothing").callOr(Syscall.CLOSE, Errno.EEXIST, imm(999));
        assertThatThrownBy(() -> seed.run(a.build()))
                .hasMessage("cannot close nothing: Bad file descriptor (close: EBADF)");
    }

    @Test
    void anUnexpectedResultIsToldWithTheExpectedOne() {
        a.label("put the pipe at fd 7").callExpect(Syscall.DUP, 7, imm(1));
        assertThatThrownBy(() -> seed.run(a.build()))
                .hasMessageMatching("cannot put the pipe at fd 7: dup returned \\d+ instead of 7");
    }

    @Test
    void anEndlessLoopRunsOutOfItsBudget() {
        Mark here = a.mark();
        a.budget(1000).label("wait for the child").place(here);
        a.jump(here);
        assertThatThrownBy(() -> seed.run(a.build()))
                .isInstanceOf(MachineException.class)
                .hasMessageStartingWith("cannot wait for the child: the program was still running after 1000 instr");
    }

    @Test
    void stopEndsTheProgramEarly() throws Exception {
        Register before = a.register();
        Register after = a.register();
        a.set(before, imm(1));
        a.stop();
        a.set(after, imm(1));
        RunResult result = seed.run(a.build());
        assertThat(result.value(before)).isEqualTo(1);
        assertThat(result.value(after)).isZero();
    }

    private interface Jump {
        void to(Mark mark);
    }

    /** Adds the bit unless the jump is taken. */
    private void skipIf(Register bits, int bit, Jump jump) {
        Mark skip = a.mark();
        jump.to(skip);
        a.add(bits, bits, imm(bit));
        a.place(skip);
    }
}
