package io.godwit.source.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyscallRestartTest {
    private static final SyscallRestart.Code NONE = (address, bytes) -> {
        throw new IOException("no code there");
    };

    private static Registers registers(long call, long result) {
        return Registers.zero().set(Name.ORIG_RAX, call).set(Name.RAX, result).set(Name.RIP, 0x1002);
    }

    private static void assertRegisters(long rax, long rip, Registers actual) {
        assertEquals(rax, actual.rax());
        assertEquals(rip, actual.rip());
        assertEquals(-1, actual.origRax());
    }

    @ParameterizedTest
    @CsvSource({"512", "513", "514", "516"})
    void aCallWithARestartCodeIsMadeAgain(int code) {
        assertRegisters(7, 0x1000, SyscallRestart.portable(registers(7, -code), NONE));
    }

    @ParameterizedTest
    @CsvSource({"0", "-4", "-515", "512", "-4294967808", "140737488355328"})
    void aCallThatHasEndedKeepsItsResult(long result) {
        assertRegisters(result, 0x1002, SyscallRestart.portable(registers(7, result), NONE));
    }

    @Test
    void outsideOfACallNothingChanges() {
        assertRegisters(-512, 0x1002, SyscallRestart.portable(registers(-1, -512), NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "184, 7, 15, 5, 7, 4096", // mov $7, %eax; syscall
        "184, 1, 15, 5, -4, 4098", // write(2) has no timeout
        "187, 7, 15, 5, -4, 4098", // mov $7, %ebx
        "184, 7, 205, 128, -4, 4098", // int $0x80
    })
    void aCallThatWasRestartedBeforeIsToldByItsInstruction(
            int load, int number, int first, int second, long rax, long rip) {
        byte[] code = {(byte) load, (byte) number, 0, 0, 0, (byte) first, (byte) second};
        assertRegisters(rax, rip, SyscallRestart.portable(registers(219, -516), at(0x1002 - 7, code)));
    }

    /** The kernel has put restart_syscall(2) in its place, and the thread has not come to make it. */
    @ParameterizedTest
    @CsvSource({
        "184, 7, 15, 5, 219, 7, 4098", // mov $7, %eax; syscall
        "187, 7, 15, 5, 202, 202, 4098", // mov $7, %ebx; syscall; the registers still have the number
        "187, 7, 15, 5, -1, -4, 4100", // nothing tells the number
        "184, 7, 144, 144, -1, 219, 4098", // mov $7, %eax; nop: no call is made
    })
    void aCallThatIsAboutToBeRestartedIsMadeAgain(
            int load, int number, int first, int second, long call, long rax, long rip) {
        byte[] code = {(byte) load, (byte) number, 0, 0, 0, (byte) first, (byte) second};
        assertRegisters(rax, rip, SyscallRestart.portable(registers(call, 219), at(0x1002 - 5, code)));
    }

    private static SyscallRestart.Code at(long start, byte[] code) {
        return (address, bytes) -> {
            int from = (int) (address - start);
            return Arrays.copyOfRange(code, from, from + bytes);
        };
    }

    @Test
    void aRestartedCallWhoseCodeCanNotBeReadIsInterrupted() {
        assertRegisters(-4, 0x1002, SyscallRestart.portable(registers(219, -516), NONE));
    }
}
