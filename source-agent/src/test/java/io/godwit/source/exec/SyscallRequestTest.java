package io.godwit.source.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Syscall;
import io.godwit.source.options.OptionException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyscallRequestTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "10,10",
        "-1,-1",
        "+7,7",
        "0x1F,31",
        "0X1f,31",
        "-0x10,-16",
        "017,15",
        "-010,-8",
        "00,0",
        "0xffffffffffffffff,-1",
        "-0x8000000000000000,-9223372036854775808",
        "9223372036854775807,9223372036854775807"
    })
    void numbersAreReadAsStrtolDoesWithBaseZero(String word, long value) {
        assertThat(Argument.parse(word)).isEqualTo(new Argument.Number(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "0x", "09", "1a", "--1", "+-1", "0x-1", "0x1ffffffffffffffff", "-9223372036854775809"})
    void whatIsNoNumberIsRefused(String word) {
        assertThatThrownBy(() -> Argument.parse(word))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("'" + word + "' is not a number")
                .hasMessageContaining("&text");
    }

    @Test
    void aTextIsWhatFollowsTheAmpersand() {
        assertThat(Argument.parse("&/etc/&hosts ")).isEqualTo(new Argument.Text("/etc/&hosts "));
        assertThat(Argument.parse("&")).isEqualTo(new Argument.Text(""));
    }

    @Test
    void callsAreNamedOrNumbered() {
        assertThat(SyscallRequest.parse("openat2", List.of()).number()).isEqualTo(437);
        assertThat(SyscallRequest.parse("39", List.of()).number()).isEqualTo(Syscall.GETPID);
    }

    @Test
    void anUnknownNameIsToldWithTheNearOnes() {
        assertThatThrownBy(() -> SyscallRequest.parse("sigaction", List.of()))
                .isInstanceOf(OptionException.class)
                .hasMessage("there is no system call 'sigaction' on x86-64; the kernel calls it rt_sigaction");
        assertThatThrownBy(() -> SyscallRequest.parse("-5", List.of())).hasMessageContaining("no system call '-5'");
    }

    @Test
    void moreThanSixArgumentsAreRefused() {
        assertThatThrownBy(() -> SyscallRequest.parse("getpid", List.of("1", "2", "3", "4", "5", "6", "7")))
                .hasMessageContaining("at most 6");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fork",
                "vfork",
                "clone",
                "clone3",
                "execve",
                "execveat",
                "rt_sigreturn",
                "rt_sigprocmask",
                "exit",
                "exit_group",
                "60"
            })
    void callsThatDoNotComeBackAreRefused(String call) {
        assertThatThrownBy(() -> SyscallRequest.parse(call, List.of()))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("can not be made for another process");
    }

    @Test
    void resultsAreToldInWords() {
        assertThat(new SyscallResult(Syscall.GETPID, 4711)).hasToString("getpid = 4711 (0x1267)");
        assertThat(new SyscallResult(Syscall.CLOSE, -9)).hasToString("close = -1 EBADF (Bad file descriptor)");
        assertThat(new SyscallResult(Syscall.IOCTL, -515))
                .hasToString("ioctl = -1 errno 515 (an error of the kernel's own)");
        assertThat(new SyscallResult(Syscall.LSEEK, -5000).failed()).isFalse();
    }
}
