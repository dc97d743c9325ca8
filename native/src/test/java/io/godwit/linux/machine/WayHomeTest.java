package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WayHomeTest {
    private static final long RIP = 0x401002;

    @ParameterizedTest
    @CsvSource({
        "35, -516, 219", // restart_syscall
        "0, -512, 0",
        "202, -513, 202",
        "34, -514, 34"
    })
    void anInterruptedCallBeginsAgain(long number, long result, long again) {
        Registers home = WayHome.restarting(interrupted(number, result));

        assertThat(home.rax()).isEqualTo(again);
        assertThat(home.rip()).isEqualTo(RIP - 2);
    }

    @ParameterizedTest
    @CsvSource({
        "35, -4",
        "35, 0",
        "35, -515",
        "-1, -512", // no call
        "8, 8589934080" // what lseek(2) may give: -512 in its lower half
    })
    void whatWasNotInterruptedGoesOn(long number, long result) {
        Registers registers = interrupted(number, result);

        assertThat(WayHome.restarting(registers)).isEqualTo(registers);
    }

    private static Registers interrupted(long number, long result) {
        return Registers.zero().set(Name.ORIG_RAX, number).set(Name.RAX, result).set(Name.RIP, RIP);
    }
}
