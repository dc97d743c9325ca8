package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.ThisProcess;
import io.godwit.linux.proc.ProcDirectory;
import org.junit.jupiter.api.Test;

class SpawnTest {
    private static final int POLLIN = 1;
    private static final int NO_SIGNAL = 0;

    @Test
    void aProcessThatHasEndedStaysUntilItIsReaped() throws LinuxException {
        int pid = Spawn.ended();
        try (Fd pidfd = Descriptors.pidfdOpen(pid)) {
            assertThat(ProcDirectory.process(pid).lives()).isFalse();

            ThisProcess.awaitChild(pid);

            assertThat(ProcDirectory.process(pid).exists()).isFalse();
            assertThat(Descriptors.poll(pidfd, POLLIN, 0) & POLLIN).isEqualTo(POLLIN);
            assertThat(Kernel.syscall(Syscall.PIDFD_SEND_SIGNAL, pidfd.number(), NO_SIGNAL, 0, 0))
                    .isEqualTo(-Errno.ESRCH.value());
        }
    }
}
