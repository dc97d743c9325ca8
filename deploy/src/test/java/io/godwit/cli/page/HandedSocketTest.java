package io.godwit.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import org.junit.jupiter.api.Test;

/** Whoever handed a socket in finds it as it was. */
class HandedSocketTest {
    private static Fd opened(int flags) throws LinuxException {
        return Descriptors.open("/dev/null", Descriptors.O_RDWR | flags, 0);
    }

    private static Fd same(Fd as) throws LinuxException {
        return Fd.of(Descriptors.fcntl(as, Descriptors.F_DUPFD_CLOEXEC, 0));
    }

    private static boolean blocks(Fd fd) throws LinuxException {
        return (Descriptors.fcntl(fd, Descriptors.F_GETFL, 0) & Descriptors.O_NONBLOCK) == 0;
    }

    @Test
    void itBlocksAgainOnceClosedAlsoWhenItsNumberIsClosedBefore() throws Exception {
        Fd number = opened(0);
        try (Fd others = same(number)) {
            HandedSocket handed = HandedSocket.unblocked(number.number());
            assertThat(handed.number()).isEqualTo(number.number());
            assertThat(blocks(others)).isFalse();
            number.close();
            handed.close();
            assertThat(blocks(others)).isTrue();
            handed.close();
        }
    }

    @Test
    void whatNeverBlockedStaysSo() throws Exception {
        try (Fd number = opened(Descriptors.O_NONBLOCK)) {
            HandedSocket.unblocked(number.number()).close();
            assertThat(blocks(number)).isFalse();
        }
    }
}
