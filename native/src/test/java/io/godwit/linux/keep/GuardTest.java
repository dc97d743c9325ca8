package io.godwit.linux.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardTest {
    private Process guarded;
    private Guard guard;

    @BeforeEach
    void start() throws IOException {
        guarded = new ProcessBuilder("sleep", "1000").start();
        guard = Guard.start();
        try (Fd pidfd = Descriptors.pidfdOpen((int) guarded.pid())) {
            guard.hold(pidfd);
        }
    }

    @AfterEach
    void stop() throws IOException {
        guarded.destroyForcibly();
        guard.close();
    }

    @Test
    void whoIsNotReleasedIsKilled() throws Exception {
        guard.close();
        assertThat(guarded.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(guarded.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void signalsDoNotEndIt() throws Exception {
        for (int signal = 1; signal < 32; signal++) {
            if (signal != 9 && signal != 19) {
                Kernel.check(Kernel.syscall(Syscall.KILL, guard.pid(), signal), "kill", "the guard");
            }
        }

        guard.close();

        assertThat(guarded.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(guarded.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void whoIsReleasedIsLeftAlone() throws Exception {
        guard.release();
        guard.close();
        guarded.destroy();
        assertThat(guarded.waitFor())
                .as("ended by SIGTERM, and by nothing before")
                .isEqualTo(128 + 15);
    }

    @Test
    void otherDescriptorsAreHeldUntilTheyAreDropped() throws Exception {
        Fd[] pipe = Descriptors.pipe(Descriptors.O_NONBLOCK);
        int held = guard.hold(pipe[1]);
        pipe[1].close();
        int hangup = 0x10;
        assertThat(Descriptors.poll(pipe[0], 0, 0) & hangup).isZero();

        guard.drop(held);

        assertThat(Descriptors.poll(pipe[0], 0, 10_000) & hangup).isEqualTo(hangup);
        pipe[0].close();
    }
}
