package io.godwit.source.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Syscall;
import io.godwit.source.exec.Argument;
import io.godwit.source.exec.SyscallRequest;
import io.godwit.source.exec.SyscallResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ExecCommandTest {
    private final List<SyscallRequest> requests = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsWhatTheCallGave() {
        assertThat(run(7, "-t", "4711", "getpid")).isZero();
        assertThat(out).hasToString("getpid = 7 (0x7)\n");
        assertThat(requests).containsExactly(new SyscallRequest(Syscall.GETPID, List.of()));
    }

    @Test
    void aCallThatFailedIsExitCodeOne() {
        assertThat(run(-9, "close", "-t", "4711", "99")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("EBADF");
    }

    @Test
    void aNegativeNumberIsNoOption() {
        assertThat(run(0, "-t", "4711", "lseek", "3", "-1", "&-x", "-0x10")).isZero();
        assertThat(requests.get(0).arguments())
                .containsExactly(
                        new Argument.Number(3),
                        new Argument.Number(-1),
                        new Argument.Text("-x"),
                        new Argument.Number(-16));
    }

    @Test
    void whatCanNotBeUsedIsToldAndExitsTwo() {
        assertThat(run(0, "getpid")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--tree");
        assertThat(run(0, "-t", "4711", "getpit")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("no system call 'getpit'");
        assertThat(run(0, "-t", "4711", "close", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(run(0, "-t", "4711", "--timeout=0", "pause")).isEqualTo(ExitCode.USAGE);
        assertThat(requests).isEmpty();
    }

    @Test
    void aFailureIsToldAndExitsOne() {
        ExecCommand.Engine broken = (pid, request, limit) -> {
            throw new IOException("process " + pid + " ended");
        };
        assertThat(execute(broken, "-t", "4711", "getpid")).isEqualTo(ExitCode.FAILED);
        assertThat(err).hasToString("godwit: process 4711 ended\n");
    }

    private int run(long result, String... arguments) {
        return execute(
                (pid, request, limit) -> {
                    requests.add(request);
                    return new SyscallResult(request.number(), result);
                },
                arguments);
    }

    private int execute(ExecCommand.Engine engine, String... arguments) {
        return new CommandLine(new ExecCommand(engine))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(new ShortErrors())
                .execute(arguments);
    }
}
