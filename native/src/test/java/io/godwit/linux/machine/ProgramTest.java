package io.godwit.linux.machine;

import static io.godwit.linux.machine.Operand.imm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Operand.Register;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ProgramTest {
    private static final long ARENA = 0x7000_0000L;

    private final Assembler a = new Assembler();

    @Test
    void theListingReadsLikeThePlan() {
        DataSlot path = a.string("/var/log/\"app\".log");
        DataSlot vector = a.words(path.at(4), imm(16));
        DataSlot answer = a.reserve(64);
        DataSlot raw = a.data(new byte[] {1, 2, (byte) 0xff});
        a.label("reopen /var/log/app.log for fd 5 of pid 4711").advice("create it on the target");
        Register fd = a.call(Syscall.OPENAT, imm(-100), path.address(), imm(0x80000));
        Mark done = a.mark();
        a.jumpIfEqual(fd, imm(5), done);
        a.callExpect(Syscall.DUP2, 5, fd, imm(5));
        a.callOr(Syscall.CLOSE, Errno.EBADF, fd);
        a.place(done);
        a.label("read it").callAny(Syscall.PREADV, fd, vector.address(), imm(1));
        a.copy(answer.address(), raw.address(), imm(3));
        a.store64(answer.at(8), a.load32(raw.address()));
        assertThat(a.build()).hasToString("""
                        ; reopen /var/log/app.log for fd 5 of pid 4711 (create it on the target)
                           0  r0 = openat(-100, &d0, 0x80000)
                           1  jeq r0, 5 -> 4
                           2  r1 = dup2(r0, 5) must be 5
                           3  r2 = close(r0) or EBADF
                        ; read it
                           4  r3 = preadv(r0, &d1, 1) ?
                           5  copy &d2, &d3, 3
                           6  r4 = load32 &d3
                           7  store64 &d2+8, r4
                           8  stop
                          d0  "/var/log/\\"app\\".log"
                          d1  words {&d0+4, 16}
                          d2  64 bytes reserved
                          d3  3 bytes 0102ff
                        """);
    }

    @Test
    void aProgramIsHeaderInstructionsRegistersAndData() {
        DataSlot text = a.string("abc");
        Register first = a.call(Syscall.GETPID);
        Register second = a.callExpect(Syscall.KILL, 9, first, text.at(1));
        Program program = a.build();
        ByteBuffer arena = ByteBuffer.wrap(program.encode(ARENA)).order(ByteOrder.LITTLE_ENDIAN);
        int registers = 80 + 3 * 72;
        int data = registers + 16 + 8; // aligned to 16
        assertThat(program.size()).isEqualTo(arena.capacity()).isEqualTo(data + 16);
        assertThat(arena.getInt(0)).isEqualTo(0x54445747);
        assertThat(arena.getLong(8)).isEqualTo(ARENA);
        assertThat(arena.getLong(16)).isEqualTo(program.size());
        assertThat(arena.getInt(32)).isEqualTo(3);
        assertThat(arena.getInt(36)).isEqualTo(2);
        assertThat(arena.getInt(40)).isEqualTo(80);
        assertThat(arena.getInt(44)).isEqualTo(registers);
        int kill = 80 + 72;
        assertThat(arena.get(kill)).isEqualTo((byte) 1);
        assertThat(arena.get(kill + 1)).isEqualTo((byte) 2);
        assertThat(arena.get(kill + 2)).as("mask of registers").isEqualTo((byte) 1);
        assertThat(arena.getInt(kill + 4)).isEqualTo(second.index());
        assertThat(arena.getInt(kill + 8)).isEqualTo(Syscall.KILL);
        assertThat(arena.getLong(kill + 16)).isEqualTo(9);
        assertThat(arena.getLong(kill + 24)).isEqualTo(first.index());
        assertThat(arena.getLong(kill + 32)).isEqualTo(ARENA + data + 1);
        assertThat(arena.getInt(data)).isEqualTo('a' | 'b' << 8 | 'c' << 16);
    }

    @Test
    void aProgramCanBeInSeveralArenas() {
        for (int bytes : new int[] {16, 100_000}) {
            Assembler b = new Assembler();
            DataSlot answer = b.reserve(bytes);
            DataSlot vector = b.words(answer.at(8), imm(-2));
            b.call(Syscall.READV, imm(0), vector.address(), imm(1));
            Program program = b.build();
            for (long at : new long[] {ARENA, -0x1000, ARENA}) {
                ByteBuffer arena = ByteBuffer.wrap(program.encode(at)).order(ByteOrder.LITTLE_ENDIAN);
                int words = (int) (program.address(vector, at) - at);
                assertThat(arena.getLong(8)).isEqualTo(at);
                assertThat(arena.getLong(80 + 32)).isEqualTo(at + words);
                assertThat(arena.getLong(words)).isEqualTo(program.address(answer, at) + 8);
                assertThat(arena.getLong(words + 8)).isEqualTo(-2);
            }
        }
    }

    @Test
    void slotsDoNotOverlapAndAreAligned() {
        DataSlot one = a.data(new byte[17]);
        DataSlot two = a.reserve(0);
        DataSlot three = a.reserve(1);
        assertThat(one.offset()).isZero();
        assertThat(two.offset()).isEqualTo(32);
        assertThat(three.offset()).isEqualTo(32);
        a.call(Syscall.GETPID);
        assertThat(a.build().address(three, ARENA) % 16).isZero();
    }

    @Test
    void mistakesInAPlanAreRefusedWhenItIsBuilt() {
        Register register = a.register();
        assertThatThrownBy(() -> a.words(register)).hasMessageContaining("cannot hold r0");
        DataSlot slot = a.reserve(4);
        assertThatThrownBy(() -> slot.at(5)).hasMessageContaining("outside d0 of 4 bytes");
        Operand[] seven = {imm(1), imm(2), imm(3), imm(4), imm(5), imm(6), imm(7)};
        assertThatThrownBy(() -> a.call(Syscall.READ, seven)).hasMessageContaining("at most six");
        Mark mark = a.mark();
        a.jump(mark);
        assertThatThrownBy(a::build).hasMessageContaining("never placed");
        a.place(mark);
        assertThatThrownBy(() -> a.place(mark)).hasMessageContaining("one place");
    }

    @Test
    void aProgramThatOnlyStopsIsEmpty() {
        assertThat(a.build().isEmpty()).isTrue();
        Assembler b = new Assembler();
        b.call(Syscall.GETPID);
        assertThat(b.build().isEmpty()).isFalse();
    }

    @Test
    void aRegisterOfAnotherProgramIsRefused() throws Exception {
        Program program = a.build();
        byte[] arena = program.encode(ARENA);
        arena[MachineLayout.HEADER_STATUS] = (byte) MachineStatus.DONE.value();
        RunResult result = RunResult.decode(program, arena);
        assertThatThrownBy(() -> result.value(new Register(0))).hasMessageContaining("not of this program");
    }
}
