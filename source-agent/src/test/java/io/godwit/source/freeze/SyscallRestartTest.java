package io.godwit.source.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;
import java.io.IOException;
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
        assertRegisters(rax, rip, SyscallRestart.portable(registers(219, -516), (address, bytes) -> {
            assertEquals(0x1002 - 7, address);
            return code;
        }));
    }

    @Test
    void aRestartedCallWhoseCodeCanNotBeReadIsInterrupted() {
        assertRegisters(-4, 0x1002, SyscallRestart.portable(registers(219, -516), NONE));
    }
}
